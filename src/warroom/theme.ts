/** Light or dark: what the system says, unless the person has chosen. The choice stays in this browser. */

type Theme = 'light' | 'dark';

const key = 'playscope.theme';
const dark = () => matchMedia('(prefers-color-scheme: dark)');

export type Palette = {
  readonly series: readonly string[];
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly warn: string;
  readonly bad: string;
};

const listeners = new Set<() => void>();
let read: Palette | undefined;

/** Makes the button switch the theme. */
export function theme(button: HTMLButtonElement): void {
  const present = (): Theme => chosen() ?? (dark().matches ? 'dark' : 'light');
  const apply = () => {
    document.documentElement.dataset.theme = present();
    button.setAttribute('aria-label', present() === 'dark' ? 'Use the light theme' : 'Use the dark theme');
    read = undefined;
    for (const listener of listeners) listener();
  };
  button.addEventListener('click', () => {
    remember(present() === 'dark' ? 'light' : 'dark');
    apply();
  });
  dark().addEventListener('change', apply);
  apply();
}

/** Calls the listener whenever the colours have changed; returns the way to stop. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The colours of the style sheet as a canvas needs them. */
export function palette(): Palette {
  read ??= readPalette();
  return read;
}

function readPalette(): Palette {
  const probe = document.body.appendChild(document.createElement('i'));
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const series = Array.from({ length: 6 }, (_, i) => colour(`series-${i}`));
  const [text, muted, grid, surface] = [colour('text'), colour('muted'), colour('grid'), colour('surface')];
  const [warn, bad] = [colour('warn'), colour('bad')];
  probe.remove();
  return { series, text, muted, grid, surface, warn, bad };
}

function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    // Storage may be forbidden; then the system decides.
    return undefined;
  }
}

function remember(value: Theme): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forbidden storage: the choice cannot be kept, and the system goes on deciding.
  }
}
