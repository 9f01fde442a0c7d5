import type { Trace } from '../api.ts';
import { otlpJson } from '../autopsy/otlp.ts';
import { byId, element, setText } from '../element.ts';

const saidMs = 2000;

/** The buttons that copy the address of a trace, and the traces on the page as OTLP JSON. */
export function traceExport() {
  const link = byId('trace-link', HTMLButtonElement);
  const copy = byId('trace-copy', HTMLButtonElement);
  let traces: readonly Trace[] = [];

  link.addEventListener('click', () => void copied(link, location.href));
  copy.addEventListener('click', () => {
    const spans = traces.flatMap((trace) => trace.spans);
    const text = JSON.stringify(otlpJson(spans), null, 2);
    void copied(copy, text, `playscope-${traces[0]?.traceId}.json`);
  });

  return {
    /** What there is to copy; none hides the buttons. */
    offer(shown: readonly Trace[]): void {
      traces = shown;
      for (const button of [link, copy]) button.hidden = shown.length === 0;
    },
  };
}

/** Into the clipboard, which a page has over HTTPS or on its own machine only; elsewhere into a file, where it has a name. */
async function copied(button: HTMLButtonElement, text: string, file?: string) {
  const words = button.dataset.words ?? button.textContent ?? '';
  button.dataset.words = words;
  setText(button, await keep(text, file));
  setTimeout(() => setText(button, words), saidMs);
}

async function keep(text: string, file: string | undefined): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch {
    // No clipboard here, or the person has refused it.
    if (file === undefined) return 'Copy it from the address bar';
    const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    element('a', { href, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(href), saidMs);
    return 'Saved as a file';
  }
}
