import { readdirSync, readFileSync } from 'node:fs';
import type { PlaybackEvent } from './events.ts';

/** What the adapter said in a real run, and what was really done. Instants are ms from the first event on. */
export type Tape = {
  readonly about: string;
  /** With which player and browser it was recorded. */
  readonly recorded: { readonly player: string; readonly browser: string };
  readonly truth: Truth;
  readonly events: readonly PlaybackEvent[];
};

/** Seen without the adapter: by the page's own script, by a clock of painted frames, and by the origin. */
export type Truth = {
  readonly askedAt: number;
  readonly firstFrameAt: number;
  /** The times over 300 ms without a new frame, whatever the reason, the usual frame interval taken off. */
  readonly gaps: readonly { readonly from: number; readonly ms: number }[];
  /** Each size of the picture on screen. */
  readonly sizes: readonly { readonly at: number; readonly height: number }[];
  readonly withheld?: { readonly from: number; readonly to: number };
  readonly seeks: readonly {
    readonly at: number;
    /** Positions, in seconds. */
    readonly from: number;
    readonly to: number;
    readonly shownAt: number;
  }[];
  /** Positions at the first movement and at the end, in seconds. */
  readonly startSec: number;
  readonly endSec: number;
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
  /** Requests that the origin answered whole, and those that it refused. */
  readonly answered: number;
  readonly refused: readonly { readonly path: string; readonly status: number }[];
  /** What the player itself called fatal. */
  readonly fatal?: { readonly at: number; readonly details: string };
  readonly endedAt?: number;
  readonly leftAt: number;
};

const folder = new URL('tapes/', import.meta.url);

/** All tapes by name. */
export function loadTapes(): ReadonlyMap<string, Tape> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [file.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]),
  );
}
