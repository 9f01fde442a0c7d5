import type { Adapter } from './adapter.ts';

/** The adapter for a player, or undefined where none of these knows it. A getter that throws is a player we do not know. */
export function detect(adapters: readonly Adapter<never>[], player: unknown): Adapter<never> | undefined {
  if (typeof player !== 'object' || player === null) return undefined;
  try {
    return adapters.find((adapter) => adapter.recognises(player));
  } catch {
    // Not ours to report: the caller says what it expected.
    return undefined;
  }
}
