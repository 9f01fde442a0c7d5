import type { RtpInterval } from './rtp.ts';

/** What the RTP streams of one kind and direction did: totals, and how it went in the last interval. */
export type StreamTotals = {
  readonly direction: 'received' | 'sent';
  readonly kind: 'audio' | 'video';
  /** Without retransmissions where it is received. */
  readonly packets: number;
  readonly packetsLost: number;
  readonly bytes: number;
  readonly nacks: number;
  readonly plis: number;
  /** Freezes and pauses of webrtc-stats: whenever the picture stood. */
  readonly freezes: number;
  readonly frozenSec: number;
  /** bit/s. */
  readonly bitrate?: number | undefined;
  readonly framesPerSec?: number | undefined;
  readonly lossRatio?: number | undefined;
  readonly jitterSec?: number | undefined;
  readonly jitterBufferDelaySec?: number | undefined;
};

/** By direction and kind, such as `received video`. */
export type Streams = { readonly [key: string]: StreamTotals };

/** Adds what the streams did in an interval; of several of one kind the figures add up, and the worst jitter stands for all. */
export function addIntervals(streams: Streams, intervals: readonly RtpInterval[]): Streams {
  const next: Record<string, StreamTotals> = { ...streams };
  const groups = new Map<string, RtpInterval[]>();
  for (const interval of intervals) {
    const key = `${directionOf(interval)} ${interval.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), interval]);
  }
  for (const [key, group] of groups) next[key] = added(next[key], group);
  return next;
}

/** Whether the media of a report comes in or goes out. */
export function directionOf({ type }: Pick<RtpInterval, 'type'>): StreamTotals['direction'] {
  return type === 'inbound-rtp' ? 'received' : 'sent';
}

const nothing = { packets: 0, packetsLost: 0, bytes: 0, nacks: 0, plis: 0, freezes: 0, frozenSec: 0 };

function added(before: StreamTotals | undefined, group: readonly RtpInterval[]): StreamTotals {
  const [first] = group as readonly [RtpInterval];
  const direction = directionOf(first);
  const received = direction === 'received';
  const was = before ?? { ...nothing, direction, kind: first.kind };
  // What the other side tells stands beside what the streams did, with an interval of its own.
  const own = group.filter(({ type }) => type !== 'remote-inbound-rtp');
  const sum = (of: readonly RtpInterval[], ...names: (keyof RtpInterval['gained'])[]) =>
    of.reduce((total, { gained }) => total + names.reduce((all, name) => all + (gained[name] ?? 0), 0), 0);
  const worst = (name: 'jitterSec' | 'jitterBufferDelaySec') => {
    const known = group.flatMap((interval) => interval[name] ?? []);
    return known.length > 0 ? Math.max(...known) : was[name];
  };
  const seconds = Math.max(0, ...own.map((interval) => interval.seconds));
  const bytes = sum(own, received ? 'bytesReceived' : 'bytesSent');
  const frames = sum(own, received ? 'framesDecoded' : 'framesEncoded');
  const lost = sum(group, 'packetsLost');
  const arrived = sum(group, 'packetsReceived');
  const isTold = group.some(({ lossRatio }) => lossRatio !== undefined);
  return {
    ...was,
    packets: was.packets + sum(own, received ? 'packetsReceived' : 'packetsSent'),
    packetsLost: was.packetsLost + lost,
    bytes: was.bytes + bytes,
    nacks: was.nacks + sum(own, 'nackCount'),
    plis: was.plis + sum(own, 'pliCount'),
    freezes: was.freezes + sum(own, 'freezeCount', 'pauseCount'),
    frozenSec: was.frozenSec + sum(own, 'totalFreezesDuration', 'totalPausesDuration'),
    bitrate: seconds > 0 ? (bytes * 8) / seconds : was.bitrate,
    framesPerSec: seconds > 0 && first.kind === 'video' ? frames / seconds : was.framesPerSec,
    lossRatio: isTold ? lost / (lost + arrived) : was.lossRatio,
    jitterSec: worst('jitterSec'),
    jitterBufferDelaySec: worst('jitterBufferDelaySec'),
  };
}

/** The totals of streams as a span has them: `rtp.received.video.packets` and so on. */
export function streamAttributes(streams: Streams): Record<string, number> {
  const attributes: Record<string, number> = {};
  for (const { direction, kind, packets, packetsLost, bytes, nacks, plis } of Object.values(streams)) {
    for (const [name, total] of Object.entries({ packets, packets_lost: packetsLost, bytes, nacks, plis })) {
      attributes[`rtp.${direction}.${kind}.${name}`] = total;
    }
  }
  return attributes;
}
