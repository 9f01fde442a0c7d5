import type { ViewerState } from '../aggregate/presence.ts';
import { viewerStates } from '../aggregate/presence.ts';
import { keptSteps } from '../aggregate/series.ts';

/** Viewers who share stream, protocol, region and kind. */
export type Group = {
  readonly streamId: string;
  readonly protocol: string;
  readonly region: string | null;
  readonly viewerKind: 'real' | 'synthetic';
  lastAt: number;
  /** Seconds of watching in each of the last 256 seconds. */
  readonly mean: Seconds;
  /** The same of those who are not known by a session id, so that nobody can count them one by one. */
  readonly uncounted: Seconds;
  /** Viewers at the end of each step of the last hour; NaN where nobody looked. */
  readonly history: Float32Array;
  historyTo: number;
};

export type States = Record<ViewerState, number>;

const meanSeconds = 30;
const longestReport = 180;
const keptSeconds = 256;
const mostGroups = 2000;
const knownForMs = 3_600_000;

type Seconds = { readonly values: Float64Array; readonly second: Float64Array };

/** The groups of viewers that were seen within the last hour. Beyond 2,000 of them viewers are counted as stream `other`. */
export function viewerGroups() {
  const groups = new Map<string, Group>();

  return {
    of(labels: Readonly<Record<string, string>>, at: number): Group {
      const viewerKind = labels['viewer.kind'] === 'synthetic' ? 'synthetic' : 'real';
      const { 'stream.id': streamId = 'unknown', protocol = 'unknown', region = null } = labels;
      const key = `${streamId}\n${protocol}\n${region ?? ''}\n${viewerKind}`;
      const known = groups.get(key);
      if (known) return known;
      if (groups.size < mostGroups) return add(key, { streamId, protocol, region, viewerKind }, at);
      return (
        groups.get('other') ?? add('other', { streamId: 'other', protocol: 'other', region: null, viewerKind }, at)
      );
    },
    all: (): Iterable<Group> => groups.values(),
    forget(now: number, alive: ReadonlySet<Group>) {
      for (const [key, group] of groups) {
        if (group.lastAt < now - knownForMs && !alive.has(group)) groups.delete(key);
      }
    },
  };

  function add(key: string, of: Pick<Group, 'streamId' | 'protocol' | 'region' | 'viewerKind'>, at: number): Group {
    const group = {
      ...{ ...of, lastAt: at, mean: seconds(), uncounted: seconds() },
      history: new Float32Array(keptSteps).fill(Number.NaN),
      historyTo: Number.NaN,
    };
    groups.set(key, group);
    return group;
  }
}

/**
 * Lays seconds of watching over as many seconds as the report covers, from its arrival on. Laid over the time before, the
 * last interval would always be half empty, since half of the players have not reported it yet; this way the figure is late
 * by one report interval instead, and neither dips nor swings with the reports.
 */
export function lay(into: Seconds, watched: number, coveredMs: number, arrived: number) {
  const length = Math.min(longestReport, Math.max(watched, coveredMs > 0 ? coveredMs / 1000 : 0));
  if (!(length > 0)) return;
  const from = arrived / 1000;
  for (let second = Math.floor(from); second < from + length; second += 1) {
    const covered = Math.min(from + length, second + 1) - Math.max(from, second);
    const at = second % keptSeconds;
    if (into.second[at] !== second) into.values[at] = 0;
    into.second[at] = second;
    into.values[at] = (into.values[at] ?? 0) + (watched * covered) / length;
  }
}

/** Mean viewers over the 30 s before an instant. */
export function meanOf(of: Seconds, now: number): number {
  const to = Math.floor(now / 1000);
  let sum = 0;
  for (let second = to - meanSeconds; second < to; second += 1) {
    const at = second % keptSeconds;
    if (of.second[at] === second) sum += of.values[at] ?? 0;
  }
  return sum / meanSeconds;
}

export function setHistory(group: Group, step: number, viewers: number) {
  // Steps that were skipped must not show what stood there an hour ago.
  const gap = Math.min(keptSteps, step - group.historyTo - 1);
  for (let back = 1; back <= gap; back += 1) group.history[(step - back) % keptSteps] = Number.NaN;
  group.history[step % keptSteps] = viewers;
  group.historyTo = step;
}

/** Viewers in a step of the last hour; NaN when that is not known. */
export function historyAt({ history, historyTo }: Group, step: number): number {
  return step <= historyTo && step > historyTo - keptSteps ? (history[step % keptSteps] ?? Number.NaN) : Number.NaN;
}

export function noStates(): States {
  return Object.fromEntries(viewerStates.map((state) => [state, 0])) as States;
}

function seconds(): Seconds {
  return { values: new Float64Array(keptSeconds), second: new Float64Array(keptSeconds).fill(-1) };
}
