import type { RtpInterval } from '../../core/rtp.ts';
import { videoTracks } from './first-frame.ts';
import type { Incoming, Reading } from './reading.ts';

/** The stream that stands for the viewing: the video in the element, else the one with the most frames, else the sound. */
export function mainStream({ incoming }: Reading, video: HTMLMediaElement | undefined): Incoming | undefined {
  const [shown] = videoTracks(video);
  const videos = incoming.filter(({ kind }) => kind === 'video');
  const most = (streams: Incoming[], name: 'framesDecoded' | 'packetsReceived') =>
    streams.reduce<Incoming | undefined>((a, b) => ((a?.[name] ?? -1) < (b[name] ?? 0) ? b : a), undefined);
  return (
    videos.find(({ trackIdentifier }) => trackIdentifier === shown?.id && shown !== undefined) ??
    most(videos, 'framesDecoded') ??
    most(
      incoming.filter(({ kind }) => kind === 'audio'),
      'packetsReceived',
    )
  );
}

// From 1900 to 1970: Chromium counts from the one (NTP), Firefox from the other.
const ntpMs = 2_208_988_800_000;
const ntpFromMs = 3e12;
const longestSec = 60;

/**
 * Seconds from capture to screen: by the sender's clock, as its sender reports carry it, where that can be true. The estimate
 * needs clocks that agree, and an SFU that writes its own reports makes it count from there. Without one, or where it claims less
 * than the way alone takes, what the way takes is told: half a round trip and the stay in the jitter buffer.
 */
export function latencyOf(
  { timestamp, estimatedPlayoutTimestamp: told }: Incoming,
  { jitterBufferDelaySec }: RtpInterval,
  rttSec: number | undefined,
): number | undefined {
  if (jitterBufferDelaySec === undefined || rttSec === undefined) return undefined;
  const least = rttSec / 2 + jitterBufferDelaySec;
  if (told === undefined) return least;
  const bySender = (timestamp - (told > ntpFromMs ? told - ntpMs : told)) / 1000;
  return bySender >= least && bySender < longestSec ? bySender : least;
}
