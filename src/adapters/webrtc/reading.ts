import type { Pair } from '../../core/connection.ts';
import type { RtpReport } from '../../core/rtp.ts';

/** What is used of a video or audio that comes in, beside its totals. */
export type Incoming = RtpReport & {
  readonly type: 'inbound-rtp';
  readonly trackIdentifier?: string;
  readonly lastPacketReceivedTimestamp?: number;
  readonly estimatedPlayoutTimestamp?: number;
  readonly totalProcessingDelay?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly codecId?: string;
};

/** The round trips of a candidate pair; the counts begin anew with each pair. */
export type RoundTrips = {
  readonly currentRoundTripTime?: number | undefined;
  readonly totalRoundTripTime?: number | undefined;
  readonly responsesReceived?: number | undefined;
};

/** One answer of `getStats()`, as far as it is of use. */
export type Reading = {
  readonly incoming: readonly Incoming[];
  readonly streams: readonly RtpReport[];
  readonly pair?: Pair | undefined;
  readonly roundTrips: RoundTrips;
  /** Codec of a stream, such as `video/VP8`. */
  readonly codecOf: (codecId: string | undefined) => string | undefined;
};

type Stat = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

export function readingOf(report: RTCStatsReport): Reading {
  const stats = new Map<string, Stat>();
  report.forEach((stat: Stat) => {
    stats.set(stat.id, stat);
  });
  const of = (type: string) => [...stats.values()].filter((stat) => stat.type === type);
  const incoming = of('inbound-rtp') as unknown as Incoming[];
  const outgoing = of('outbound-rtp') as unknown as RtpReport[];
  const remote = of('remote-inbound-rtp').map((told) => {
    const { packetsSent, retransmittedPacketsSent } = stats.get(told.localId as string) ?? told;
    return { ...told, packetsSent, retransmittedPacketsSent } as unknown as RtpReport;
  });
  const pair = selected(stats, of('transport'), of('candidate-pair'));
  return {
    incoming,
    streams: [...incoming, ...outgoing, ...remote].filter(({ kind }) => kind !== undefined),
    pair: pair && pairOf(pair, stats),
    roundTrips: (pair ?? {}) as RoundTrips,
    codecOf: (codecId) => stats.get(codecId ?? '')?.mimeType as string | undefined,
  };
}

/** The selected pair: named by the transport or, before Firefox 153, marked itself. */
function selected(stats: ReadonlyMap<string, Stat>, transports: Stat[], pairs: Stat[]): Stat | undefined {
  const named = transports.map(({ selectedCandidatePairId }) => stats.get(selectedCandidatePairId as string))[0];
  return (
    named ?? pairs.find(({ selected, nominated, state }) => selected ?? (nominated === true && state === 'succeeded'))
  );
}

function pairOf(pair: Stat, stats: ReadonlyMap<string, Stat>): Pair {
  const [local, remote] = [stats.get(pair.localCandidateId as string), stats.get(pair.remoteCandidateId as string)];
  return {
    id: pair.id,
    localType: local?.candidateType as string | undefined,
    remoteType: remote?.candidateType as string | undefined,
    protocol: local?.protocol as string | undefined,
  };
}
