import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import { total } from '../sight.ts';
import type { Watching } from '../viewing.ts';

const delaysMs = [50, 150];
const measuredMs = 10_000;

// Sound is cut into packets of 20 ms: nothing else is so even.
const packetMs = 20;
const jumpMs = 180;
// No part of the time between two looks of the SDK, which would always see the same moment of it.
const everyMs = 370;
const heldMs = 185;
const jumps = 60;
const looks = 10;

/** The mean of what arrived at the collector of a histogram while something was done; null where nothing did. */
async function meanWhile(
  { told }: Watching,
  name: string,
  labels: Readonly<Record<string, string>>,
  act: () => Promise<unknown>,
): Promise<number | null> {
  const now = () => Promise.all([told(`${name}_sum`, labels), told(`${name}_count`, labels)]);
  const [sum, count] = await now();
  await act();
  const [lastSum, lastCount] = await now();
  return lastCount > count ? (lastSum - sum) / (lastCount - count) : null;
}

/** Everything that the SFU sends to a viewer is late by so much, from the first packet on: so is each round trip. */
const late = delaysMs.map(
  (delayMs): Case<RtcBench> => ({
    name: `all that is sent to the viewer held back for ${delayMs} ms`,
    ...(delayMs === 150 && { fast: 'chromium' as const }),
    async play({ sfu, watch }) {
      await sfu.fault({ match: '/whep/', effect: 'delay', value: delayMs });
      const viewing = await watch();
      // A browser that starts to decode answers late by itself: the first word is of that.
      await viewing.arrives('webrtc_rtt_seconds_count', 2);
      const seconds = await meanWhile(viewing, 'webrtc_rtt_seconds', {}, () => wait(measuredMs));
      await viewing.leave();
      return [{ figure: 'roundTrip', expected: delayMs, received: seconds === null ? null : seconds * 1000 }];
    },
  }),
);

/** A line that is now longer and now as before. */
const uneven: Case<RtcBench> = {
  name: `a line that is ${jumpMs} ms longer every ${everyMs} ms`,
  async play({ watch }) {
    const viewing = await watch();
    await viewing.paints(20);
    const even: number[] = [];
    while (even.length < looks) {
      await wait(everyMs);
      even.push((await audioJitterMs(viewing)) ?? Number.NaN);
    }
    const evenMs = even.reduce((sum, ms) => sum + ms, 0) / looks;
    const received = await meanWhile(viewing, 'webrtc_rtp_jitter_milliseconds', { media_kind: 'audio' }, async () => {
      const from = performance.now();
      for (let jump = 1; jump <= jumps; jump++) {
        await viewing.fault({ effect: 'delay', value: jumpMs, durationMs: heldMs });
        await wait(from + jump * everyMs - performance.now());
      }
    });
    await viewing.leave();
    return [{ figure: 'jitter', expected: jitterMs(evenMs), received }];
  },
};

/**
 * What RFC 3550 (6.4.1) makes of the jumps, as a mean over time. The SFU lets go of what it holds when a delay ends, so that those
 * packets come all at once.
 */
function jitterMs(evenMs: number): number {
  let [jitter, weighted, before] = [evenMs, 0, 0];
  const packets = (jumps * everyMs) / packetMs;
  for (let packet = 1; packet < packets; packet++) {
    const sentAt = packet * packetMs;
    const inCycle = sentAt % everyMs;
    const arrivedAt = inCycle < heldMs ? sentAt + Math.min(jumpMs, heldMs - inCycle) : sentAt;
    const sinceLast = arrivedAt - before;
    weighted += jitter * sinceLast;
    jitter += (Math.max(evenMs, Math.abs(sinceLast - packetMs)) - jitter) / 16;
    before = arrivedAt;
  }
  return weighted / before;
}

/** As the browser itself tells it at this moment. */
async function audioJitterMs({ reports }: Watching): Promise<number | undefined> {
  const jitter = total(await reports(), 'jitter', 'audio');
  return jitter === undefined ? undefined : jitter * 1000;
}

export const delays: readonly Case<RtcBench>[] = [...late, uneven];
