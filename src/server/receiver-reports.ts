import type { RtpReport } from '../core/rtp.ts';
import type { PeerConnection, Stats } from './peer-connection.ts';
import { number } from './peer-connection.ts';

/** A report block of RFC 3550, in the words of werift. */
type Block = {
  readonly ssrc: number;
  readonly packetsLost: number;
  /** Extended highest sequence number received. */
  readonly highestSequence: number;
  /** In units of the RTP clock. */
  readonly jitter: number;
};
type Told = Block & { readonly at: number };
type Tapped = { onRtcp?: { subscribe?(told: (packet: { reports?: readonly Block[] }) => void): Subscription } };
type Subscription = { unSubscribe(): void };

const mostStreams = 200;

/**
 * What the other end says of the packets that it was sent. Receiver reports themselves tell it best: the packets lost and
 * those expected at one instant, and the jitter, which werift has nowhere else. Where they cannot be heard,
 * `remote-inbound-rtp` tells the loss, of the packets sent until now.
 *
 * @param now Unix ms.
 * @param onFirst called at the first report about a stream: its sequence numbers begin anywhere, and only statistics of this
 *   instant tell how many packets they stand for.
 */
export function receiverReports(pc: PeerConnection, now: () => number, onFirst: () => void) {
  const told = new Map<number, Told>();
  // By how much sequence numbers are ahead of the packets sent.
  const ahead = new Map<number, number>();
  const taps = new Map<object, Subscription | undefined>();

  function hear({ reports }: { reports?: readonly Block[] }) {
    for (const block of Array.isArray(reports) ? (reports as readonly Block[]) : []) {
      const isFirst = !told.has(block.ssrc);
      if (isFirst && told.size >= mostStreams) continue;
      told.set(block.ssrc, { ...block, at: now() });
      if (isFirst) onFirst();
    }
  }

  function tap(sender: Tapped) {
    if (taps.has(sender) || taps.size >= mostStreams) return;
    taps.set(sender, sender.onRtcp?.subscribe?.(hear));
  }

  function heard(outbound: Stats, clockRate: number | undefined, block: Told): RtpReport {
    const offset = ahead.get(block.ssrc) ?? block.highestSequence - (number(outbound, 'packetsSent') ?? 0);
    ahead.set(block.ssrc, offset);
    return {
      ...identity(outbound),
      timestamp: block.at,
      packetsSent: block.highestSequence - offset,
      // A signed number of 24 bits, which werift reads as unsigned.
      packetsLost: (block.packetsLost << 8) >> 8,
      jitter: clockRate ? block.jitter / clockRate : undefined,
    };
  }

  return {
    /** Listens to the senders that are there now. */
    listen() {
      for (const sender of pc.getSenders?.() ?? []) tap(sender);
    },
    /** One report for each stream of which the other end has told something. */
    of(all: readonly Stats[], outbound: readonly Stats[]): RtpReport[] {
      return outbound.flatMap((stats) => {
        const block = told.get(number(stats, 'ssrc') ?? -1);
        const codec = all.find(({ id }) => id === stats.codecId);
        if (block) return heard(stats, number(codec, 'clockRate'), block);
        const remote = all.find(({ type, ssrc }) => type === 'remote-inbound-rtp' && ssrc === stats.ssrc);
        return remote ? read(stats, remote) : [];
      });
    },
    stop() {
      for (const subscription of taps.values()) subscription?.unSubscribe();
      taps.clear();
    },
  };
}

function read(outbound: Stats, remote: Stats): RtpReport {
  return {
    ...identity(outbound),
    timestamp: remote.timestamp,
    packetsSent: number(outbound, 'packetsSent'),
    retransmittedPacketsSent: number(outbound, 'retransmittedPacketsSent'),
    packetsLost: number(remote, 'packetsLost'),
    jitter: number(remote, 'jitter'),
  };
}

function identity({ id, kind, ssrc }: Stats) {
  return { id, type: 'remote-inbound-rtp', kind: kind as RtpReport['kind'], ssrc: ssrc as number } as const;
}
