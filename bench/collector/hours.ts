import { setTimeout as wait } from 'node:timers/promises';
import { crowdOf } from './crowd.ts';
import type { Recorded } from './recorded.ts';
import { start } from './start.ts';

export type Memory = { readonly minutes: number; readonly liveBytes: number };

const periodMs = 10_000;
const staysMs = 5 * 60_000;

/**
 * Hours of players that come and go, in a fraction of the time. What the collector keeps of an hour fills up within the first, so the
 * second tells.
 */
export async function hours(recorded: Recorded, players: number, minutes: number, speed: number) {
  const collector = await start({}, speed);
  const crowd = crowdOf(collector.url);
  const began = Date.now();
  const virtual = () => (Date.now() - began) * speed;
  const all: Memory[] = [];
  const waiting: Promise<number>[] = [];
  for (let sent = 0; virtual() < minutes * 60_000; ) {
    const due = Math.floor((virtual() / periodMs) * players);
    for (; sent < due; sent++) {
      const [turn, seat] = [Math.floor(sent / players), sent % players];
      const at = turn * periodMs + (seat / players) * periodMs;
      // Each seat is taken by somebody else after a while.
      const visit = Math.floor(at / staysMs);
      for (const post of recorded.report(visit * players + seat, turn, began + at, true))
        waiting.push(crowd.post(post));
    }
    await Promise.all(waiting.splice(0));
    const tenth = Math.floor(virtual() / (minutes * 6000));
    if (tenth > all.length) all.push({ minutes: (tenth * minutes) / 10, liveBytes: await collector.liveBytes() });
    await wait(10);
  }
  all.push({ minutes, liveBytes: await collector.liveBytes() });
  crowd.end();
  collector.end();
  return all;
}
