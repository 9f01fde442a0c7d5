import type { Measurement, Played } from './compare.ts';

/** Where cases are played: one protocol in one browser. */
export type Stand = {
  readonly played: Played;
  /** With its name. */
  readonly browserVersion: string;
  /** With its name; after a viewing. Undefined where the browser plays by itself. */
  playerVersion(): string | undefined;
  /** What the snapshots since the last time said of states and wall time. */
  takeStates(): Measurement[];
  /** Ends all faults. */
  heal(): Promise<void>;
  close(): Promise<void>;
};
