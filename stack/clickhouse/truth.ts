/** What each query must answer, counted from the evening itself and by no SQL. */
import type { Report, Viewing } from './audience.ts';
import type { Groups } from './groups.ts';
import { groupOf, tally } from './groups.ts';

/** Unix ms. */
export type Between = readonly [from: number, to: number];

/** Who was there at an instant, as the last report of each session has it. */
export function viewersAt(viewings: readonly Viewing[], at: number): Groups {
  const counts = tally();
  const second = Math.floor(at / 1000);
  for (const viewing of viewings) {
    // The store knows seconds.
    const last = viewing.reports.filter((report) => Math.floor(report.at / 1000) <= second).at(-1);
    if (!last) continue;
    const expiresAt = Math.floor(last.at / 1000) + 1.5 * last.nextReport;
    if (expiresAt <= second || mainState(last) === 'paused') continue;
    counts.add(1, viewing.streamId, viewing.region, viewing.protocol, viewing.kind);
  }
  return counts.groups;
}

/** Of a stream, by minute, region and protocol: distinct sessions, and mean concurrency. */
export function byMinute(viewings: readonly Viewing[], streamId: string, between: Between) {
  const sessions = new Map<string, Set<string>>();
  const mean = tally();
  for (const { viewing, report } of realReports(viewings, streamId, between)) {
    const seconds = watchedSec(report);
    if (seconds === 0) continue;
    const place = [minuteOf(report.at), viewing.region, viewing.protocol];
    const group = groupOf(...place);
    sessions.set(group, (sessions.get(group) ?? new Set()).add(viewing.sessionId));
    mean.add(seconds / 60, ...place);
  }
  const distinct = new Map([...sessions].map(([group, ids]) => [group, ids.size]));
  return { distinct, mean: mean.groups };
}

/** Distinct sessions by stream, protocol and kind. */
export function sessionsOf(viewings: readonly Viewing[]): Groups {
  const counts = tally();
  for (const { streamId, protocol, kind } of viewings) counts.add(1, streamId, protocol, kind);
  return counts.groups;
}

/** The share that each session of a stream stood still, of those that count, the worst first. */
export function worst(viewings: readonly Viewing[], streamId: string, most: number): Groups {
  const shares = viewings
    .filter((viewing) => viewing.streamId === streamId && viewing.kind === 'real')
    .map(({ sessionId, reports }) => {
      const watched = total(reports.map(watchedSec));
      const stalled = total(reports.map(({ stall }) => stall?.seconds ?? 0));
      return { sessionId, watched, stalled, share: stalled / watched };
    })
    .filter(({ watched }) => watched >= 30)
    .sort((a, b) => b.share - a.share || b.stalled - a.stalled || (a.sessionId < b.sessionId ? -1 : 1));
  return new Map(shares.slice(0, most).map(({ sessionId, share }) => [sessionId, share]));
}

export function errors(viewings: readonly Viewing[], streamId: string, between: Between): Groups {
  const counts = tally();
  for (const { viewing, report } of realReports(viewings, streamId, between)) {
    if (report.error) counts.add(1, report.error.type, Number(report.error.fatal), viewing.protocol);
  }
  return counts.groups;
}

export function stalledShare(viewings: readonly Viewing[], streamId: string, between: Between): Groups {
  const [stalled, all] = [tally(), tally()];
  for (const { viewing, report } of realReports(viewings, streamId, between)) {
    stalled.add(report.stall?.seconds ?? 0, viewing.region);
    all.add(watchedSec(report), viewing.region);
  }
  return new Map([...stalled.groups].map(([region, seconds]) => [region, seconds / (all.groups.get(region) ?? 0)]));
}

export function stalls(viewings: readonly Viewing[], streamId: string, between: Between): Groups {
  const counts = tally();
  for (const { report } of realReports(viewings, streamId, between)) {
    if (report.stall) counts.add(1, minuteOf(report.at), report.stall.cause);
  }
  return counts.groups;
}

export function lossRatios(viewings: readonly Viewing[], streamId: string, between: Between): Groups {
  const [lost, all] = [tally(), tally()];
  for (const { viewing, report } of realReports(viewings, streamId, between)) {
    if (!report.packets) continue;
    lost.add(report.packets.lost, viewing.region, 'video');
    all.add(report.packets.received, viewing.region, 'video');
  }
  return new Map([...lost.groups].map(([group, count]) => [group, count / (all.groups.get(group) ?? 0)]));
}

/** Late segments of the traced, by culprit. */
export function lateSegments(viewings: readonly Viewing[], streamId: string, between: Between): Groups {
  const counts = tally();
  for (const { viewing, report } of reportsOf(viewings, streamId, between)) {
    if (viewing.traced && report.fetch?.lateBy) counts.add(1, report.fetch.lateBy);
  }
  return counts.groups;
}

/** How many spans a session's story has, by whose they are: its own, the origin's for it, and five for each publication. */
export function storyOf({ reports }: Viewing, publications: number): Groups {
  const fetches = reports.flatMap(({ fetch }) => fetch ?? []);
  const player = 2 + reports.filter(({ stall }) => stall).length + fetches.length;
  const origin = fetches.filter(({ lateBy }) => lateBy !== 'unknown').length;
  return new Map(Object.entries({ player, origin, publisher: 5 * publications }));
}

/** All values, by group, sorted: of starts by region and protocol, of fetches by host, cache, region and protocol. */
export function values(viewings: readonly Viewing[], streamId: string, between: Between) {
  const [startups, fetches] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const { viewing, report } of realReports(viewings, streamId, between)) {
    const { region, protocol } = viewing;
    const { startupSec, fetch } = report;
    if (startupSec !== undefined) put(startups, groupOf(region, protocol), startupSec);
    if (fetch) put(fetches, groupOf(fetch.cdnHost, fetch.cache, region, protocol), fetch.seconds);
  }
  for (const all of [...startups.values(), ...fetches.values()]) all.sort((a, b) => a - b);
  return { startups, fetches };
}

function* reportsOf(viewings: readonly Viewing[], streamId: string, [from, to]: Between) {
  for (const viewing of viewings) {
    if (viewing.streamId !== streamId) continue;
    for (const report of viewing.reports) if (report.at >= from && report.at < to) yield { viewing, report };
  }
}

function realReports(viewings: readonly Viewing[], streamId: string, between: Between) {
  return reportsOf(
    viewings.filter(({ kind }) => kind === 'real'),
    streamId,
    between,
  );
}

function mainState({ presence }: Report) {
  return [...presence].sort((a, b) => b.seconds - a.seconds)[0]?.state;
}

function watchedSec({ presence }: Report): number {
  return total(presence.filter(({ state }) => state !== 'paused').map(({ seconds }) => seconds));
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}:00`;
}

function put(into: Map<string, number[]>, key: string, value: number) {
  const all = into.get(key) ?? [];
  into.set(key, all);
  all.push(value);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
