import { quantile } from '../quantile.ts';
import { crowdOf, flatOut, paced } from './crowd.ts';
import type { Recorded } from './recorded.ts';
import { start } from './start.ts';

export type Held = {
  /** What this many would take: players that one core has time for. */
  readonly playersPerCore: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPer10k: number;
  readonly viewers: number;
};

const periodMs = 10_000;

/**
 * So many players that report every 10 s, of whom a share sends its spans, for so many periods. The last one is measured: in the first,
 * sessions are made and code is compiled.
 */
export async function hold(
  recorded: Recorded,
  players: number,
  { spanShare, turns }: { spanShare: number; turns: number },
): Promise<Held> {
  const collector = await start();
  const crowd = crowdOf(collector.url);
  const before = await collector.liveBytes();
  let cpuMs = 0;
  let took: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    // Made before, as making them takes longer than to take them.
    const reports = Array.from({ length: players }, (_, number) =>
      recorded.report(number, turn, Date.now() + turn * periodMs, number % Math.round(1 / spanShare) === 0),
    );
    const began = await collector.cpuMs();
    took = await paced(crowd, reports, periodMs);
    cpuMs = (await collector.cpuMs()) - began;
  }
  const after = await collector.liveBytes();
  const { viewers } = (await (await fetch(`${collector.url}/api/viewers`)).json()) as { viewers: number };
  crowd.end();
  collector.end();
  return {
    playersPerCore: players / (cpuMs / periodMs),
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    bytesPer10k: ((after - before) / players) * 10_000,
    viewers,
  };
}

/** As many reports as are answered; gives how many players' that is at a period of 10 s. */
export async function saturate(recorded: Recorded, players: number): Promise<number> {
  const collector = await start();
  const crowd = crowdOf(collector.url);
  const reportsOf = (turn: number) =>
    Array.from({ length: players }, (_, number) => recorded.report(number, turn, Date.now() + turn * periodMs, true));
  await flatOut(crowd, reportsOf(0));
  const again = reportsOf(1);
  const began = performance.now();
  await flatOut(crowd, again);
  const ms = performance.now() - began;
  crowd.end();
  collector.end();
  return (players / ms) * periodMs;
}
