import type { Rendition } from '../media/facts.ts';
import { writeMpd } from './mpd-document.ts';
import type { Window } from './playlists.ts';

/** A rendition as an MPD lists it: where its media is, seen from the MPD, and what there is of it now. */
export type Published = { readonly rendition: Rendition; readonly folder: string; readonly window: Window };

export type LiveTiming = {
  /** Unix milliseconds of this edition of the MPD. */
  readonly publishedAt: number;
  /** How much of the past is on offer. */
  readonly timeShiftSec: number;
  /** Where a player asks for the time, seen from the MPD. */
  readonly clock: string;
};

/** How segments of a low-latency stream are made: each of chunks, which are published one by one. */
export type Chunking = { readonly segmentSec: number; readonly longestChunkSec: number };

/**
 * The MPD of the live stream. Its timeline begins at the Unix epoch, so that media time is capture time; each rendition
 * lists the segments that are published of it and no others, as its HLS playlist does. `contentProtection` is what an
 * encrypted stream says about its keys.
 */
export function liveMpd(
  published: readonly Published[],
  timing: LiveTiming,
  contentProtection: readonly string[] = [],
): string {
  const segmentSec = longestSegment(published);
  return writeMpd({
    // As far behind as RFC 8216 keeps HLS players: three segments.
    attributes: dynamic(timing, { updateSec: segmentSec, delaySec: 3 * segmentSec, bufferSec: segmentSec }),
    inSets: contentProtection,
    renditions: published.map((each) => ({ ...each, segments: timeline(each) })),
    end: [utcTiming(timing)],
  });
}

/** The MPD of a stream that is there from its beginning to its end. */
export function staticMpd(published: readonly Published[]): string {
  const durationSec = Math.max(
    0,
    ...published.map(({ window }) => (window.last - window.first + 1) * window.segmentSec),
  );
  return writeMpd({
    attributes: [
      'type="static"',
      `mediaPresentationDuration="PT${durationSec}S"`,
      `minBufferTime="PT${longestSegment(published)}S"`,
    ],
    renditions: published.map((each) => ({ ...each, segments: timeline(each) })),
  });
}

/**
 * The MPD of the low-latency stream. It lists nothing: a player computes which segment is being captured, and may ask for
 * it as soon as its first chunk is there.
 */
export function lowLatencyMpd(renditions: readonly Rendition[], chunking: Chunking, timing: LiveTiming): string {
  const { segmentSec, longestChunkSec } = chunking;
  return writeMpd({
    attributes: dynamic(timing, { updateSec: timing.timeShiftSec, delaySec: segmentSec, bufferSec: longestChunkSec }),
    start: [
      '<ServiceDescription id="0">',
      `  <Latency referenceId="0" target="${1000 * segmentSec}" min="${1000 * longestChunkSec}" max="${3000 * segmentSec}"/>`,
      '  <PlaybackRate min="0.95" max="1.05"/>',
      '</ServiceDescription>',
    ],
    inSets: [
      '<ProducerReferenceTime id="0" type="encoder" wallClockTime="1970-01-01T00:00:00Z" presentationTime="0">',
      `  ${utcTiming(timing)}`,
      '</ProducerReferenceTime>',
    ],
    renditions: renditions.map((rendition) => ({
      rendition,
      segments: [
        `<SegmentTemplate ${template(rendition, rendition.name, 0)} duration="${segmentSec * rendition.timescale}" availabilityTimeOffset="${segmentSec - longestChunkSec}" availabilityTimeComplete="false"/>`,
      ],
    })),
    end: [utcTiming(timing)],
  });
}

function dynamic(
  { publishedAt, timeShiftSec }: LiveTiming,
  { updateSec, delaySec, bufferSec }: { updateSec: number; delaySec: number; bufferSec: number },
): string[] {
  return [
    'type="dynamic"',
    'availabilityStartTime="1970-01-01T00:00:00Z"',
    `publishTime="${new Date(publishedAt).toISOString()}"`,
    `minimumUpdatePeriod="PT${updateSec}S"`,
    `timeShiftBufferDepth="PT${timeShiftSec}S"`,
    `suggestedPresentationDelay="PT${delaySec}S"`,
    `minBufferTime="PT${bufferSec}S"`,
  ];
}

function utcTiming({ clock }: LiveTiming): string {
  return `<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="${clock}"/>`;
}

function timeline({ rendition, folder, window }: Published): string[] {
  const { first, last, segmentSec } = window;
  const duration = segmentSec * rendition.timescale;
  return [
    `<SegmentTemplate ${template(rendition, folder, first)}>`,
    `  <SegmentTimeline><S t="${first * duration}" d="${duration}" r="${last - first}"/></SegmentTimeline>`,
    '</SegmentTemplate>',
  ];
}

function template({ init, timescale }: Rendition, folder: string, startNumber: number): string {
  return `timescale="${timescale}" startNumber="${startNumber}" initialization="${folder}/${init}" media="${folder}/seg-$Number$.m4s"`;
}

function longestSegment(published: readonly Published[]): number {
  return Math.max(...published.map(({ window }) => window.segmentSec));
}
