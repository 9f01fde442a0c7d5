import type { OpenStall, StallCause, Suspect } from './cause.ts';
import type { Connection, ConnectionFact } from './connection.ts';
import type { Outcome, Rendition, Request, Sample } from './events.ts';

/** The state of a viewing, in the words of CMCD (CTA-5004-A `sta`). `starting` also holds the wait after a pause. */
export const states = [
  'preloading',
  'starting',
  'playing',
  'seeking',
  'rebuffering',
  'paused',
  'ended',
  'failed',
  'quit',
] as const;
export type State = (typeof states)[number];

/** Counts since the viewing began; none of them ever falls. */
export const totalNames = [
  'plays',
  'exitsBeforeStart',
  'stalls',
  'stallMs',
  'seeks',
  'switchesUp',
  'switchesDown',
  'errors',
  'fatalErrors',
  'requests',
  'requestsFailed',
  'requestsAborted',
  'bytes',
  'mediaSec',
  'mediaBits',
  'framesRendered',
  'framesDropped',
] as const;
export type Totals = Readonly<Record<(typeof totalNames)[number], number>>;

/** One viewing of one content: a plain value that only `reduce` makes. */
export type Session = {
  /** Counts the viewings of one attached player, from 1. */
  readonly view: number;
  readonly source: string;
  readonly startedAt: number;
  /** Up to here the time is billed. */
  readonly at: number;
  readonly state: State;
  readonly since: number;
  /** Milliseconds in each state; with `asleep` (the machine or the tab was) they add up to the time elapsed. */
  readonly times: Readonly<Record<State | 'asleep', number>>;
  readonly totals: Totals;
  readonly startup: Startup;
  readonly stall?: OpenStall | undefined;
  readonly seek?: { readonly from: number; readonly to: number } | undefined;
  readonly hidden: boolean;
  readonly rate: number;
  readonly position: number;
  readonly positionAt: number;
  readonly bufferAheadSec: number;
  readonly liveLatencySec?: number | undefined;
  readonly rendition?: Rendition | undefined;
  readonly frames?: Sample['frames'];
  /** The newest published segment, and when it was first seen. */
  readonly edge?: Edge | undefined;
  /** Requests in flight, the oldest first, and failures that no later success has healed. */
  readonly inFlight: readonly Suspect[];
  readonly failures: readonly Suspect[];
  /** The latest that were answered: a stall is dated back, and may have waited for them. */
  readonly answered: readonly (Suspect & { readonly endedAt: number })[];
  readonly lastFetch?: { readonly request: Request; readonly outcome: Outcome } | undefined;
  /** Of a player that is a peer connection. */
  readonly connection?: Connection | undefined;
  readonly error?: string | undefined;
  /** The viewing is over and its last fact is told. */
  readonly over: boolean;
  /** What the last event settled. */
  readonly facts: readonly Fact[];
};

export type Edge = {
  readonly sequence: number;
  readonly targetSec: number;
  readonly endSec?: number | undefined;
  readonly advancedAt: number;
};

export type Startup = {
  /** `unseen`: attached when it was playing already, so there is no figure. */
  readonly result: 'none' | 'pending' | 'started' | 'failed' | 'left' | 'unseen';
  readonly askedAt?: number;
  /** The wait alone, pauses left out; absent unless started. */
  readonly durationMs?: number;
  readonly hidden: boolean;
  readonly counted: boolean;
};

/** Why an interval ended. */
export type EndedBy = 'playing' | 'pause' | 'seek' | 'ended' | 'error' | 'quit' | 'load' | 'sleep';

export type Fact =
  | { readonly kind: 'startup'; readonly startup: Startup; readonly to: number; readonly errorType?: string }
  | {
      readonly kind: 'stall';
      readonly from: number;
      readonly to: number;
      readonly cause: StallCause;
      readonly position: number;
      readonly bufferAheadSec: number;
      readonly endedBy: EndedBy;
      /** Requests that were in flight when it began or failed during it. */
      readonly requests: readonly number[];
    }
  | {
      readonly kind: 'seek';
      readonly from: number;
      readonly to: number;
      readonly target: number;
      readonly endedBy: EndedBy;
    }
  | { readonly kind: 'switch'; readonly at: number; readonly from: Rendition; readonly to: Rendition }
  | { readonly kind: 'fetch'; readonly at: number; readonly request: Request; readonly outcome: Outcome }
  | {
      readonly kind: 'error';
      readonly at: number;
      readonly errorType: string;
      readonly fatal: boolean;
      readonly message: string;
    }
  | ConnectionFact
  | { readonly kind: 'over'; readonly at: number; readonly endedBy: EndedBy; readonly last: Session };

export function freshSession(at: number, view = 1, source = ''): Session {
  return {
    view,
    source,
    startedAt: at,
    at,
    state: 'preloading',
    since: at,
    times: zeros([...states, 'asleep'] as const),
    totals: zeros(totalNames),
    startup: { result: 'none', hidden: false, counted: false },
    hidden: false,
    rate: 1,
    position: 0,
    positionAt: at,
    bufferAheadSec: 0,
    inFlight: [],
    failures: [],
    answered: [],
    over: false,
    facts: [],
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
