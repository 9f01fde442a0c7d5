/**
 * Reads values out of a body that anyone may have written. Each function is total: what does not fit becomes the empty
 * value, so that a broken part never costs the rest of the batch.
 */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Attributes = Record<string, Value>;

const deepest = 4;
const longestKey = 256;
const longestText = 4096;
const mostMembers = 128;

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A field of an object. Only own fields count: protobuf.js keeps the defaults of absent fields on the prototype. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** NaN when it is not a number. 64-bit integers come as decimal strings in JSON and as objects from protobuf. */
export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : Number(value);
  if (typeof value === 'object' && value !== null && 'toNumber' in value && typeof value.toNumber === 'function') {
    return Number(value.toNumber());
  }
  return Number.NaN;
}

export function text(value: unknown, longest: number = longestText): string {
  return typeof value === 'string' ? value.slice(0, longest) : '';
}

/** Unix ms with its fraction; NaN when absent. The same instant gives the same number in every encoding. */
export function instant(value: unknown): number {
  const ms = number(value) / 1e6;
  return ms > 0 ? ms : Number.NaN;
}

/** Lower-case hex of an id of so many bytes, or undefined. */
export function hexId(value: unknown, bytes: number): string | undefined {
  const hex = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : text(value).toLowerCase();
  return hex.length === bytes * 2 && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : undefined;
}

/** Attributes as a plain object. Long texts are cut; members beyond 128 are left out. */
export function attributes(value: unknown): Attributes {
  return keyValues(value, 0);
}

function keyValues(value: unknown, depth: number): Attributes {
  const result: Attributes = {};
  for (const pair of list(value).slice(0, mostMembers)) {
    const key = text(field(pair, 'key'), longestKey);
    if (key !== '' && key !== '__proto__') result[key] = anyValue(field(pair, 'value'), depth);
  }
  return result;
}

function anyValue(value: unknown, depth: number): Value {
  if (typeof value !== 'object' || value === null || depth >= deepest) return null;
  const string = field(value, 'stringValue');
  if (string !== undefined) return text(string);
  const bool = field(value, 'boolValue');
  if (bool !== undefined) return bool === true;
  const numeric = field(value, 'intValue') ?? field(value, 'doubleValue');
  if (numeric !== undefined) return finite(number(numeric));
  const array = field(value, 'arrayValue');
  if (array !== undefined) {
    return list(field(array, 'values'))
      .slice(0, mostMembers)
      .map((each) => anyValue(each, depth + 1));
  }
  const members = field(value, 'kvlistValue');
  return members === undefined ? null : keyValues(field(members, 'values'), depth + 1);
}

// JSON has no NaN and no infinity.
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
