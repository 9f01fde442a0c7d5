import type { RtcpSenderInfo } from 'werift';

/**
 * A publisher's clock for one kind of media, as its sender reports tell it. Handing it on to the viewers, instead of the
 * SFU's own, is what lets them say when a picture was captured, and keep sound and picture together.
 */
export function createCaptureClock(clockRate: number) {
  let report: RtcpSenderInfo | undefined;
  return {
    learn(info: RtcpSenderInfo): void {
      report = info;
    },
    /** NTP time (32.32 bits) at which the media of an RTP timestamp was captured; undefined before the first report. */
    ntpAt(rtpTimestamp: number): bigint | undefined {
      if (!report) return undefined;
      // Both wrap at 32 bits, and the difference is small and may be negative.
      const ticks = (rtpTimestamp - report.rtpTimestamp) | 0;
      return report.ntpTimestamp + BigInt(Math.round((ticks / clockRate) * 2 ** 32));
    },
  };
}

export type CaptureClock = ReturnType<typeof createCaptureClock>;
