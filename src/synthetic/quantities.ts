import type { Unit } from './figures.ts';

/** What can stand behind a number, and how much it is in the figure's own unit. */
export const units: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  count: {},
  seconds: { ms: 0.001, s: 1, min: 60 },
  ratio: { '%': 0.01 },
  bitrate: { 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 },
};

/** A figure for people. */
export function shownAs(unit: Unit, value: number | null): string {
  if (value === null) return '–';
  if (unit === 'ratio') return `${digits(value * 100)} %`;
  if (unit === 'seconds') return value < 1 ? `${Math.round(value * 1000)} ms` : `${digits(value)} s`;
  if (unit === 'bitrate') return value < 1e6 ? `${Math.round(value / 1e3)} kbit/s` : `${digits(value / 1e6)} Mbit/s`;
  return digits(value);
}

/** Seconds, of `90s`, `2m`, `500ms`, `1.5h`; undefined of anything else. */
export function secondsOf(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text.trim()) ?? [];
  const factor = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 }[unit];
  return factor === undefined ? undefined : Number(amount) * factor;
}

function digits(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1)));
}
