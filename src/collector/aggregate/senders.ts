import { createHash } from 'node:crypto';
import type { MetricName } from '../../core/signals.ts';
import { metrics } from '../../core/signals.ts';
import type { Attributes } from '../receive/loose.ts';

/** What the collector remembers of one player session or server process. */
export type Sender = {
  readonly id: string;
  readonly isPlayer: boolean;
  readonly firstArrival: number;
  readonly firstTime: number;
  lastArrival: number;
  /** The sender's own clock at its last report. */
  lastTime: number;
  /** Receiver's clock minus sender's clock, as small as it was ever seen: what is left of it is network time. */
  offset: number;
  /** Seconds of presence that were taken so far. */
  presence: number;
  /** The last report times, and which metrics came at each: one bit per metric of the catalogue. */
  readonly times: number[];
  readonly low: number[];
  readonly high: number[];
};

export type Senders = ReturnType<typeof senders>;

const rememberedTimes = 32;
const silentMs = 10 * 60_000;
const names = Object.keys(metrics) as MetricName[];
const bitOf = new Map(names.map((name, bit) => [name, bit]));

/** Remembers up to `limit` senders; those that are silent for ten minutes are forgotten. */
export function senders(limit: number) {
  const known = new Map<string, Sender>();

  return {
    /** The sender with this resource, or undefined when there is no room for another one. */
    of(resource: Attributes, time: number, now: number): Sender | undefined {
      const session = resource['session.id'];
      const isPlayer = typeof session === 'string' && session !== '';
      const id = isPlayer ? session.slice(0, 128) : fingerprint(resource);
      const sender = known.get(id);
      if (sender) return sender;
      if (known.size >= limit) return undefined;
      const fresh = {
        ...{ id, isPlayer, firstArrival: now, firstTime: time, lastArrival: now, lastTime: Number.NaN, presence: 0 },
        ...{ offset: now - time, times: [], low: [], high: [] },
      };
      known.set(id, fresh);
      return fresh;
    },
    size: () => known.size,
    forget(now: number) {
      for (const [id, { lastArrival }] of known) if (lastArrival < now - silentMs) known.delete(id);
    },
  };
}

/**
 * Where a point of this sender belongs on the receiver's clock (Unix ms). A batch that waited in the sender's queue is put
 * back to where it was measured; a clock that is off or was set plays no part.
 */
export function place(sender: Sender | undefined, time: number, now: number): number {
  if (!sender || Number.isNaN(time)) return now;
  const behind = now - time;
  // The first report, an earlier arrival than any before, or a clock that jumped.
  if (!(behind >= sender.offset) || behind - sender.offset > silentMs) sender.offset = behind;
  return now - (behind - sender.offset);
}

/** Whether this metric came from this sender at this time before. A player that is left sends what is in flight again. */
export function isRepeat({ times, low, high }: Sender, metric: MetricName, time: number): boolean {
  const at = times.indexOf(time);
  if (at < 0) return false;
  const bit = bitOf.get(metric) ?? 0;
  const mask = (bit < 32 ? low[at] : high[at]) ?? 0;
  return (mask & (1 << (bit % 32))) !== 0;
}

export function remember({ times, low, high }: Sender, metric: MetricName, time: number) {
  if (Number.isNaN(time)) return;
  let at = times.indexOf(time);
  if (at < 0) {
    at = times.push(time) - 1;
    low.push(0);
    high.push(0);
  }
  const bit = bitOf.get(metric) ?? 0;
  const masks = bit < 32 ? low : high;
  masks[at] = (masks[at] ?? 0) | (1 << (bit % 32));
  if (times.length > rememberedTimes) for (const each of [times, low, high]) each.shift();
}

function fingerprint(resource: Attributes): string {
  const sorted = Object.entries(resource).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64');
}
