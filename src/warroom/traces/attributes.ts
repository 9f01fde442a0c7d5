import type { Attributes } from '../api.ts';

/** A finite number, also where it came as text. */
export function number(attributes: Attributes, name: string): number | undefined {
  const value = attributes[name];
  const read = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** A text that is not empty. */
export function string(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
