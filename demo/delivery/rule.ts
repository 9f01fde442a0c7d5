import { posix } from 'node:path';

/** What a fault does to the answers it meets; `late` meets publications instead. */
export const effects = ['delay', 'throttle', 'status', 'truncate', 'hang', 'stale', 'late'] as const;
export type Effect = (typeof effects)[number];

/** A fault as it is ordered. */
export type RuleOrder = {
  /** A part of the path, or a glob such as `/live/v540/seg-*.m4s`, where `**` crosses folders. Never the query. */
  readonly match: string;
  readonly effect: Effect;
  /** `delay` and `late`: ms. `throttle`: bytes/s. `status`: the code. `truncate`: the share of the body, 0 to 1. */
  readonly value?: number;
  /** So many requests, then no more. Default: all. */
  readonly count?: number;
  /** The rule ends after so long, and lets go what it held. Default: when it is deleted. */
  readonly durationMs?: number;
};

type Range = { readonly expected: string; readonly holds: (value: number) => boolean };

const milliseconds: Range = { expected: 'milliseconds from 0 to 600000', holds: (v) => v >= 0 && v <= 600_000 };
const values: Record<Effect, Range | undefined> = {
  delay: milliseconds,
  late: milliseconds,
  throttle: { expected: 'bytes per second from 1', holds: (v) => v >= 1 },
  status: { expected: 'an HTTP status from 200 to 599', holds: (v) => Number.isInteger(v) && v >= 200 && v <= 599 },
  truncate: { expected: 'a share of the body from 0 to 1', holds: (v) => v >= 0 && v <= 1 },
  hang: undefined,
  stale: undefined,
};
const known = new Set(['match', 'effect', 'value', 'count', 'durationMs']);

/** The order in a parsed request body, or one sentence that says what is wrong with it. */
export function readRule(body: unknown): RuleOrder | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return wrong('body', 'a JSON object', body);
  const { match, effect, value, count, durationMs } = body as Record<string, unknown>;
  const stranger = Object.keys(body).find((key) => !known.has(key));
  if (stranger) return `${stranger}: expected one of ${[...known].join(', ')}, received an unknown field`;
  if (typeof match !== 'string' || !match) return wrong('match', 'a glob or a part of the path', match);
  const range = values[effect as Effect];
  if (!effects.includes(effect as Effect)) return wrong('effect', `one of ${effects.join(', ')}`, effect);
  if (range && !(isNumber(value) && range.holds(value))) return wrong('value', `${range.expected} (${effect})`, value);
  if (!range && value !== undefined) return wrong('value', `nothing (${effect})`, value);
  if (count !== undefined && !(isNumber(count) && Number.isInteger(count) && count > 0)) {
    return wrong('count', 'a whole number from 1', count);
  }
  if (durationMs !== undefined && !(isNumber(durationMs) && durationMs > 0 && durationMs <= 86_400_000)) {
    return wrong('durationMs', 'milliseconds above 0, up to a day', durationMs);
  }
  return body as RuleOrder;
}

/** Whether a rule's `match` meets a path. */
export function matches(match: string, path: string): boolean {
  return /[*?[\]{}]/.test(match) ? posix.matchesGlob(path, match) : path.includes(match);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function wrong(name: string, expected: string, received: unknown): string {
  return `${name}: expected ${expected}, received ${received === undefined ? 'nothing' : JSON.stringify(received)}`;
}
