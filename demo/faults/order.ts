import { posix } from 'node:path';

/** What a field of an order may hold, and how that is said. */
export type Field = { readonly expected: string; readonly holds: (value: unknown) => boolean };

/** What every fault has. */
export type BaseOrder = {
  /** A part of the path, or a glob such as `/live/v540/seg-*.m4s`, where `**` crosses folders. Never the query. */
  readonly match: string;
  readonly effect: string;
  readonly value?: number;
  /** The rule ends after so long, and lets go what it held. Default: when it is deleted. */
  readonly durationMs?: number;
};

/** A field that holds numbers in a range. */
export function number(expected: string, inRange: (value: number) => boolean): Field {
  return { expected, holds: (value) => typeof value === 'number' && Number.isFinite(value) && inRange(value) };
}

const durationMs = number('milliseconds above 0, up to a day', (v) => v > 0 && v <= 86_400_000);

/**
 * Makes a reader of orders: `effects` says what `value` of each effect means (undefined: it takes none), `options` which
 * further fields there are. The reader gives the order of a parsed body, or one sentence that says what is wrong with it.
 */
export function orderReader<Order extends BaseOrder>(
  effects: Readonly<Record<Order['effect'], Field | undefined>>,
  options: Readonly<Record<string, Field>>,
): (body: unknown) => Order | string {
  const optional = { ...options, durationMs };
  const known = ['match', 'effect', 'value', ...Object.keys(optional)];
  return (body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return wrong('body', 'a JSON object', body);
    const { match, effect, value, ...rest } = body as Record<string, unknown>;
    const stranger = Object.keys(rest).find((key) => !known.includes(key));
    if (stranger) return `${stranger}: expected one of ${known.join(', ')}, received an unknown field`;
    if (typeof match !== 'string' || !match) return wrong('match', 'a glob or a part of the path', match);
    if (typeof effect !== 'string' || !Object.hasOwn(effects, effect)) {
      return wrong('effect', `one of ${Object.keys(effects).join(', ')}`, effect);
    }
    const range = effects[effect as Order['effect']];
    if (range && !range.holds(value)) return wrong('value', `${range.expected} (${effect})`, value);
    if (!range && value !== undefined) return wrong('value', `nothing (${effect})`, value);
    for (const [name, field] of Object.entries(optional)) {
      if (rest[name] !== undefined && !field.holds(rest[name])) return wrong(name, field.expected, rest[name]);
    }
    return body as Order;
  };
}

/** Whether a rule's `match` meets a path. */
export function matches(match: string, path: string): boolean {
  return /[*?[\]{}]/.test(match) ? posix.matchesGlob(path, match) : path.includes(match);
}

function wrong(name: string, expected: string, received: unknown): string {
  return `${name}: expected ${expected}, received ${received === undefined ? 'nothing' : JSON.stringify(received)}`;
}
