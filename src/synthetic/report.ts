import type { Figures } from '../core/snapshot.ts';
import { version } from '../core/version.ts';
import type { Member } from './crew.ts';
import type { Verdict } from './expect.ts';
import { judge } from './expect.ts';
import type { FigureValues, Seen } from './figures.ts';
import { hasPicture, isWell, valuesOf } from './figures.ts';
import type { Moment } from './moment.ts';
import type { Settings } from './options.ts';
import type { Protocol } from './protocol.ts';

/** What came of a watch; `playscope/watch-report.schema.json` describes it. */
export type WatchReport = {
  readonly schemaVersion: 1;
  /** Version of Playscope. */
  readonly version: string;
  readonly url: string;
  readonly protocol: Protocol;
  /** Null of a page that names its own. */
  readonly streamId: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** From the first viewer to the end of the last, without what it took to start. */
  readonly durationSec: number;
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  readonly plan: {
    readonly viewers: number;
    readonly light: number;
    readonly rampSec: number;
    readonly forSec: number;
    readonly browser: string | null;
    readonly network: string | null;
    readonly cpu: number | null;
    readonly region: string | null;
    readonly endpoint: string | null;
  };
  /** `not started`: no viewer saw a picture; `problem` says why. */
  readonly verdict: 'passed' | 'failed' | 'not started';
  readonly problem: string | null;
  readonly expectations: readonly Verdict[];
  readonly figures: FigureValues;
  /** Export requests that the collector did not take. */
  readonly telemetryRefused: number;
  readonly timeline: readonly Moment[];
  readonly viewers: readonly ViewerReport[];
};

export type ViewerReport = {
  /** From 1. */
  readonly number: number;
  readonly kind: 'browser' | 'light';
  /** `session.id` of its telemetry. */
  readonly sessionId: string | null;
  readonly result: 'played' | 'failed' | 'never played';
  /** What kept it from playing, or ended it. */
  readonly problem: string | null;
  /** Pictures of its stalls, by path. */
  readonly screenshots: readonly string[];
  /** The last figures of `view.snapshot()`. */
  readonly figures: Figures | null;
};

export type Watched = {
  readonly settings: Settings;
  readonly protocol: Protocol;
  readonly streamId: string | null;
  readonly browser: string | null;
  readonly startedAt: number;
  readonly interrupted: boolean;
  readonly telemetryRefused: number;
  readonly members: readonly Member[];
  readonly seen: Seen;
  readonly timeline: readonly Moment[];
};

export function reportOf(watched: Watched): WatchReport {
  const { settings, protocol, streamId, browser, startedAt, interrupted, telemetryRefused } = watched;
  const { members, seen, timeline } = watched;
  const { url, viewers, light, rampSec, forSec, networkName, cpu, region, endpoint } = settings;
  const figures = valuesOf(seen);
  const expectations = settings.expectations.map((expectation) => judge(expectation, figures));
  const isStarted = members.some(({ figures: seen }) => seen && hasPicture(seen));
  const holds = expectations.every((verdict) => verdict.holds);
  return {
    schemaVersion: 1,
    version,
    ...{ url, protocol, streamId },
    startedAt: new Date(startedAt).toISOString(),
    durationSec: timeline.at(-1)?.atSec ?? 0,
    interrupted,
    plan: {
      ...{ viewers, light, rampSec, forSec, browser, network: networkName },
      ...{ cpu: cpu ?? null, region: region ?? null, endpoint: endpoint ?? null },
    },
    verdict: isStarted ? (holds ? 'passed' : 'failed') : 'not started',
    problem: isStarted ? null : whyNone(members, timeline.at(-1)?.atSec ?? 0),
    ...{ expectations, figures, telemetryRefused, timeline },
    viewers: members.map(viewerReport),
  };
}

function viewerReport({ number, start, figures, problem, screenshots }: Member): ViewerReport {
  const result = isWell(figures) ? 'played' : figures && hasPicture(figures) ? 'failed' : 'never played';
  return {
    ...{ number, kind: start.kind, sessionId: figures?.sessionId ?? null, result },
    problem: problem ?? figures?.errors.fatal ?? null,
    ...{ screenshots, figures: figures ?? null },
  };
}

function whyNone(members: readonly Member[], sec: number): string {
  const reason = members.map(({ problem, figures }) => problem ?? figures?.errors.fatal).find(Boolean);
  return `No viewer saw a picture${reason ? `: ${reason}` : ` within ${Math.round(sec)} s`}`;
}
