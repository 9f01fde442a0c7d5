/**
 * A report of `getStats()` about one RTP stream, in the words of webrtc-stats; browsers leave out what they do not know. A
 * `remote-inbound-rtp`, which is what the other side tells of our stream, also takes what the `outbound-rtp` has sent.
 */
export type RtpReport = {
  readonly id: string;
  readonly type: 'inbound-rtp' | 'outbound-rtp' | 'remote-inbound-rtp';
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  /** Unix ms, of the report and not of the call. */
  readonly timestamp: number;
} & { readonly [Name in Total | 'jitter']?: number | undefined };

/** What one RTP stream did from one report to the next. What the browser does not tell is absent, never 0. */
export type RtpInterval = Pick<RtpReport, 'id' | 'type' | 'kind' | 'ssrc'> & {
  /** Between the two reports; 0 where there was none before. */
  readonly seconds: number;
  /** Differences. `packetsReceived` is without retransmissions in every browser; no difference is negative. */
  readonly gained: { readonly [Name in Total]?: number };
  /** Packets that never came by themselves, of those that were sent: 0 to 1. Absent where none were on the way. */
  readonly lossRatio?: number;
  /** What retransmission did not repair; absent where retransmissions are not told (Firefox). */
  readonly packetsMissing?: number;
  /** Mean stay in the jitter buffer of what left it, seconds. */
  readonly jitterBufferDelaySec?: number;
  /** Interarrival jitter (RFC 3550) at the end of the interval, seconds. */
  readonly jitterSec?: number;
};

const totals = [
  'packetsReceived',
  'retransmittedPacketsReceived',
  'packetsLost',
  'bytesReceived',
  'packetsSent',
  'retransmittedPacketsSent',
  'bytesSent',
  'nackCount',
  'pliCount',
  'firCount',
  'framesDecoded',
  'framesDropped',
  'framesEncoded',
  'freezeCount',
  'totalFreezesDuration',
  'pauseCount',
  'totalPausesDuration',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
  'concealedSamples',
  'totalSamplesReceived',
] as const;
type Total = (typeof totals)[number];

// These only ever grow: one that is lower than before has begun anew.
const growing = ['packetsReceived', 'bytesReceived', 'framesDecoded', 'packetsSent', 'bytesSent'] as const;
// Streams that have gone may come back with the totals that they had.
const mostStreams = 200;

/** The last report of each stream, with the highest `packetsLost` so far. */
export type RtpSeen = ReadonlyMap<string, RtpReport>;

/**
 * The intervals that end with these reports; `seen` is what the call before returned. Without it the connection is new to us:
 * what its streams have done so far is nobody's interval. A stream that appears later counts from 0, and so does one whose
 * totals have gone down: Firefox begins anew when a renegotiation changes a direction.
 */
export function rtpIntervals(
  reports: readonly RtpReport[],
  seen?: RtpSeen,
): { readonly intervals: readonly RtpInterval[]; readonly seen: RtpSeen } {
  const next = new Map(seen);
  const intervals: RtpInterval[] = [];
  for (const report of reports) {
    // Chromium gives a stream another id when the transport that it came by is gone; its packets go on.
    const key = `${report.type} ${report.kind} ${report.ssrc ?? report.id}`;
    const before = next.get(key);
    // Browsers give the same report again for some tens of milliseconds.
    if (before && report.timestamp <= before.timestamp) continue;
    const restarted = before && growing.some((name) => (report[name] ?? 0) < (before[name] ?? 0));
    const base = restarted ? undefined : before;
    next.delete(key);
    next.set(key, { ...report, ...highestLoss(report, base) });
    if (seen && before) intervals.push(interval(report, base, (report.timestamp - before.timestamp) / 1000));
    else if (seen) intervals.push(interval(report, undefined, 0));
  }
  for (const oldest of next.keys()) if (next.size <= mostStreams || !next.delete(oldest)) break;
  return { intervals, seen: next };
}

/** The total is signed and goes down when a packet comes late: nothing is lost again until it has passed what was told before. */
function highestLoss({ packetsLost }: RtpReport, base: RtpReport | undefined): Pick<RtpReport, 'packetsLost'> {
  return packetsLost === undefined ? {} : { packetsLost: Math.max(packetsLost, base?.packetsLost ?? 0) };
}

function interval(report: RtpReport, base: RtpReport | undefined, seconds: number): RtpInterval {
  const { id, type, kind, ssrc, jitter } = report;
  const gained: { [Name in Total]?: number } = {};
  for (const name of totals) {
    const total = report[name];
    // Servers leave out totals that are still 0.
    if (total !== undefined) gained[name] = Math.max(0, total - (base?.[name] ?? 0));
  }
  const { packetsReceived, retransmittedPacketsReceived: repaired, packetsLost } = gained;
  // Chromium counts a retransmission as received, Firefox does not and does not tell it either.
  if (packetsReceived !== undefined) gained.packetsReceived = Math.max(0, packetsReceived - (repaired ?? 0));
  // The other side may tell only what it lost: what it received is the rest of what was sent.
  if (type === 'remote-inbound-rtp' && gained.packetsSent !== undefined) gained.packetsReceived = receivedThere(gained);
  const sent = (gained.packetsReceived ?? 0) + (packetsLost ?? 0);
  const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = gained;
  return {
    id,
    type,
    kind,
    ssrc,
    seconds,
    gained,
    ...(packetsLost !== undefined && sent > 0 && { lossRatio: packetsLost / sent }),
    ...(packetsLost !== undefined && repaired !== undefined && { packetsMissing: Math.max(0, packetsLost - repaired) }),
    ...(jitterBufferEmittedCount > 0 && { jitterBufferDelaySec: jitterBufferDelay / jitterBufferEmittedCount }),
    ...(jitter !== undefined && { jitterSec: jitter }),
  };
}

function receivedThere({
  packetsSent = 0,
  retransmittedPacketsSent = 0,
  packetsLost = 0,
}: RtpInterval['gained']): number {
  return Math.max(0, packetsSent - retransmittedPacketsSent - packetsLost);
}
