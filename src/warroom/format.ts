/** Figures for people. A figure comes with its unit, and one that is not known is a dash, never a 0. */

export type Unit = 'count' | 'seconds' | 'ms' | 'ratio' | 'perSecond' | 'kbps';

export const unknown = '–';

// Keeps a figure and its unit on one line.
const space = '\u00a0';

const integers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const formats: Record<Unit, (value: number) => string> = {
  count: (value) => integers.format(value),
  seconds: duration,
  ms: (value) => duration(value / 1000),
  ratio: (value) => `${short(value * 100)}${space}%`,
  perSecond: (value) => `${short(value)}/s`,
  kbps: (value) => (value < 1000 ? `${Math.round(value)}${space}kbps` : `${short(value / 1000)}${space}Mbps`),
};

/** `format('seconds', 0.42)` is `420 ms`; null and NaN are a dash. */
export function format(unit: Unit, value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? unknown
    : formats[unit](value).replace('-', '−');
}

/** A duration of this many seconds: `80 ms`, `3.2 s`, `1 min 12 s`, `2 h 5 min`. */
function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return `0${space}s`;
  if (size < 0.9995) return `${Math.round(seconds * 1000)}${space}ms`;
  if (size < 59.5) return `${short(seconds)}${space}s`;
  const whole = Math.round(seconds);
  if (size < 3599.5) return `${Math.trunc(whole / 60)}${space}min ${Math.abs(whole % 60)}${space}s`;
  return `${Math.trunc(whole / 3600)}${space}h ${Math.trunc((Math.abs(whole) % 3600) / 60)}${space}min`;
}

/** Two digits that count below 10, whole numbers from there. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 9.95) return integers.format(value);
  return size >= 0.995 ? trimmed(value.toFixed(1)) : trimmed(value.toFixed(2));
}

function trimmed(digits: string): string {
  return digits.replace(/\.?0+$/, '').replace(/^-0$/, '0');
}

/** How long ago, coarse on purpose: `now`, `12 s ago`, `3 min ago`, `2 h ago`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds}${space}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${space}min ago`;
  return `${Math.floor(seconds / 3600)}${space}h ago`;
}

/** Local time of day, `20:14:05`. */
export function clock(at: number): string {
  return hours.format(at);
}

/** The first characters of an id, enough to tell two apart on one evening. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** Six that count, and thousandths of whatever is larger. */
function digits(value: number): number {
  return Math.max(6, Math.ceil(Math.log10(Math.abs(value) + 1)) + 3);
}

/** The value of an attribute as text. */
export function attributeText(value: unknown): string {
  if (typeof value === 'string') return value;
  // Sums of binary fractions end in noise that nobody measured.
  if (typeof value === 'number')
    return String(Number(Number.isInteger(value) ? value : value.toPrecision(digits(value))));
  return JSON.stringify(value) ?? String(value);
}
