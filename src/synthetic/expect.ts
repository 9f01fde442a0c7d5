import type { FigureValues } from './figures.ts';
import { figures } from './figures.ts';
import { nearest } from './nearest.ts';
import { wrongUse } from './problem.ts';
import { shownAs, units } from './quantities.ts';

const comparisons = {
  '<=': (value: number, limit: number) => value <= limit,
  '>=': (value: number, limit: number) => value >= limit,
  '==': (value: number, limit: number) => value === limit,
  '!=': (value: number, limit: number) => value !== limit,
  '<': (value: number, limit: number) => value < limit,
  '>': (value: number, limit: number) => value > limit,
} as const;

export type Expectation = {
  /** As it was written. */
  readonly text: string;
  readonly figure: string;
  readonly comparison: keyof typeof comparisons;
  /** In the figure's own unit: seconds, bit/s, 0 to 1. */
  readonly limit: number;
};

export type Verdict = {
  readonly text: string;
  readonly figure: string;
  readonly holds: boolean;
  /** In the figure's own unit; null is unknown, or never, and no expectation of it holds. */
  readonly value: number | null;
  /** For people: `startup.p95 is 2.4 s, expected < 2s`. */
  readonly message: string;
};

/**
 * Reads `FIGURE COMPARISON NUMBER UNIT`, such as `startup.p95 < 2s`. Numbers other than 0 need a unit where the figure has one.
 *
 * @throws a sentence that says what was expected, with the nearest names for an unknown figure.
 */
export function parseExpectation(text: string): Expectation {
  const wrong = (expected: string) => wrongUse('expect', expected, text);
  const [, figure = '', comparison = '', amount = '', unit = ''] =
    /^\s*([\w.]+)\s*([<>=!]+)\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text) ?? [];
  if (figure === '') throw wrong(`a figure, a comparison and a number, such as 'startup.p95 < 2s'`);
  const known = Object.hasOwn(figures, figure) ? figures[figure] : undefined;
  if (!known) throw wrong(`a known figure, such as ${nearest(figure, Object.keys(figures)).join(' or ')}`);
  if (!isComparison(comparison)) throw wrong(`one of ${Object.keys(comparisons).join(' ')} after ${figure}`);
  const number = Number(amount);
  if (!Number.isFinite(number)) throw wrong(`a number after ${comparison}`);
  const factor = factorOf(units[known.unit], unit, number);
  if (factor === undefined) throw wrong(`${unitsInWords(known.unit)} after ${amount}`);
  return { text: text.trim(), figure, comparison, limit: number * factor };
}

/** Holds an expectation against the figures. */
export function judge({ text, figure, comparison, limit }: Expectation, values: FigureValues): Verdict {
  const value = values[figure] ?? null;
  const holds = value !== null && comparisons[comparison](value, limit);
  const unit = figures[figure]?.unit ?? 'count';
  const seen = value === null ? 'was not seen' : `is ${shownAs(unit, value)}`;
  const message = `${figure} ${seen}, expected ${text.slice(figure.length).trim()}`;
  return { text, figure, holds, value, message };
}

function isComparison(text: string): text is keyof typeof comparisons {
  return Object.hasOwn(comparisons, text);
}

function factorOf(known: Readonly<Record<string, number>>, unit: string, number: number): number | undefined {
  if (unit === '') return Object.keys(known).length === 0 || number === 0 ? 1 : undefined;
  return Object.hasOwn(known, unit) ? known[unit] : undefined;
}

function unitsInWords(unit: keyof typeof units): string {
  const names = Object.keys(units[unit]);
  return names.length === 0 ? 'no unit' : `the unit ${names.join(', ').replace(/, ([^,]+)$/, ' or $1')}`;
}
