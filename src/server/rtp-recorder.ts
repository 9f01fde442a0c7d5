import type { Attributes } from '@opentelemetry/api';
import type { RtpInterval, RtpReport, RtpSeen } from '../core/rtp.ts';
import { rtpIntervals } from '../core/rtp.ts';
import type { Streams } from '../core/streams.ts';
import { addIntervals, directionOf, streamAttributes } from '../core/streams.ts';
import type { Measure } from './instruments.ts';
import type { Stats } from './peer-connection.ts';
import { number } from './peer-connection.ts';

// A burst of packets in an instant is no bitrate.
const leastSec = 0.25;

/**
 * What came between two looks at a connection becomes metrics, and is summed for its spans. `direction` is that of the
 * packets: media that the server received, or sent and of which the other end has told what came; and feedback, which goes
 * the other way.
 *
 * @param late whether the connection has been going on already: then what it did before belongs to no interval.
 */
export function rtpRecorder(measure: Measure, role: 'publisher' | 'viewer', late: boolean) {
  let seen: RtpSeen | undefined = late ? undefined : new Map();
  let streams: Streams = {};

  function media({ type, kind, gained, lossRatio, jitterSec }: RtpInterval) {
    const of = { 'media.kind': kind, direction: directionOf({ type }) };
    measure('webrtc.rtp.packets.received', gained.packetsReceived ?? 0, of);
    measure('webrtc.rtp.packets.lost', gained.packetsLost ?? 0, of);
    if (lossRatio === undefined) return;
    measure('webrtc.rtp.packet_loss_ratio', lossRatio, of);
    // Without packets it stands still.
    if (jitterSec !== undefined) measure('webrtc.rtp.jitter', jitterSec * 1000, of);
  }

  function feedback({ type, kind, gained }: RtpInterval) {
    const of = { 'media.kind': kind, direction: type === 'inbound-rtp' ? 'sent' : 'received' };
    measure('webrtc.nack.count', gained.nackCount ?? 0, of);
    measure('webrtc.pli.count', gained.pliCount ?? 0, of);
    measure('webrtc.fir.count', gained.firCount ?? 0, of);
  }

  /** All media of a publisher together, as an ingest's bitrate is read; a publisher that stops sending is at 0. */
  function ingest(intervals: readonly RtpInterval[]) {
    const arriving = intervals.filter(({ type, seconds }) => type === 'inbound-rtp' && seconds >= leastSec);
    if (arriving.length === 0 || !hasMedia()) return;
    const bitrate = arriving.reduce((all, { gained, seconds }) => all + ((gained.bytesReceived ?? 0) * 8) / seconds, 0);
    measure('livestream.ingest.bitrate', bitrate / 1000);
  }

  const hasMedia = () => Object.values(streams).some(({ bytes }) => bytes > 0);

  return {
    record(reports: readonly RtpReport[]) {
      const step = rtpIntervals(reports, seen);
      seen = step.seen;
      streams = addIntervals(streams, step.intervals);
      for (const interval of step.intervals) {
        if (interval.type !== 'outbound-rtp') media(interval);
        if (interval.type !== 'remote-inbound-rtp') feedback(interval);
      }
      if (role === 'publisher') ingest(step.intervals);
    },
    hasMedia,
    /** Totals since the connection was instrumented, by direction and kind of media. */
    totals: (): Attributes => streamAttributes(streams),
  };
}

/** The streams of a stats report on which something was received or sent. */
export function rtpReports(all: readonly Stats[], type: 'inbound-rtp' | 'outbound-rtp'): (RtpReport & Stats)[] {
  return all.filter((stats): stats is RtpReport & Stats => {
    const { kind } = stats;
    if (stats.type !== type || (kind !== 'audio' && kind !== 'video') || number(stats, 'ssrc') === undefined)
      return false;
    // A receiver of werift has a stream to send as well, which never does.
    return type === 'inbound-rtp' || (number(stats, 'packetsSent') ?? 0) > 0;
  });
}
