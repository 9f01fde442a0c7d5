import type { Rendition } from './media/facts.ts';
import type { Window } from './playlists.ts';

/** A rendition as an MPD lists it: what there is of it now. */
export type Published = { readonly rendition: Rendition; readonly window: Window };

export type LiveTiming = {
  /** Unix milliseconds of this edition of the MPD. */
  readonly publishedAt: number;
  /** How much of the past is on offer. */
  readonly timeShiftSec: number;
  /** Where a player asks for the time, seen from the MPD. */
  readonly clock: string;
};

/**
 * The MPD of the live stream. Its timeline begins at the Unix epoch, so that media time is capture time; each rendition
 * lists the segments that are published of it and no others, as its HLS playlist does.
 */
export function liveMpd(published: readonly Published[], timing: LiveTiming): string {
  const segmentSec = longestSegment(published);
  const attributes = [
    'type="dynamic"',
    'availabilityStartTime="1970-01-01T00:00:00Z"',
    `publishTime="${new Date(timing.publishedAt).toISOString()}"`,
    `minimumUpdatePeriod="PT${segmentSec}S"`,
    `timeShiftBufferDepth="PT${timing.timeShiftSec}S"`,
    // As far behind as RFC 8216 keeps HLS players: three segments.
    `suggestedPresentationDelay="PT${3 * segmentSec}S"`,
  ];
  const clock = `  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="${timing.clock}"/>`;
  return mpd(attributes, published, [clock]);
}

/** The MPD of a stream that is there from its beginning to its end. */
export function staticMpd(published: readonly Published[]): string {
  const durationSec = Math.max(
    0,
    ...published.map(({ window }) => (window.last - window.first + 1) * window.segmentSec),
  );
  return mpd(['type="static"', `mediaPresentationDuration="PT${durationSec}S"`], published, []);
}

function mpd(attributes: readonly string[], published: readonly Published[], after: readonly string[]): string {
  const all = [
    'xmlns="urn:mpeg:dash:schema:mpd:2011"',
    'profiles="urn:mpeg:dash:profile:isoff-live:2011"',
    ...attributes,
    `minBufferTime="PT${longestSegment(published)}S"`,
  ];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD ${all.join(' ')}>`,
    '  <Period id="0" start="PT0S">',
    ...(['video', 'audio'] as const).flatMap((kind) => adaptationSet(kind, published)),
    '  </Period>',
    ...after,
    '</MPD>',
  ];
  return `${lines.join('\n')}\n`;
}

function adaptationSet(kind: Rendition['kind'], published: readonly Published[]): string[] {
  const alike = published.filter(({ rendition }) => rendition.kind === kind);
  if (!alike.length) return [];
  const language = kind === 'audio' ? ' lang="zxx"' : '';
  return [
    `    <AdaptationSet contentType="${kind}" mimeType="${kind}/mp4"${language} segmentAlignment="true" startWithSAP="1">`,
    ...alike.flatMap(representation),
    '    </AdaptationSet>',
  ];
}

function representation({ rendition, window }: Published): string[] {
  const { name, codecs, peakBandwidth, width, height, frameRate, sampleRate, channels, timescale, init } = rendition;
  const shape =
    rendition.kind === 'video'
      ? `width="${width}" height="${height}" frameRate="${frameRate}"`
      : `audioSamplingRate="${sampleRate}"`;
  const channelScheme = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';
  const { first, last, segmentSec } = window;
  const duration = segmentSec * timescale;
  return [
    `      <Representation id="${name}" codecs="${codecs}" bandwidth="${peakBandwidth}" ${shape}>`,
    ...(channels ? [`        <AudioChannelConfiguration schemeIdUri="${channelScheme}" value="${channels}"/>`] : []),
    `        <SegmentTemplate timescale="${timescale}" startNumber="${first}" initialization="${name}/${init}" media="${name}/seg-$Number$.m4s">`,
    `          <SegmentTimeline><S t="${first * duration}" d="${duration}" r="${last - first}"/></SegmentTimeline>`,
    '        </SegmentTemplate>',
    '      </Representation>',
  ];
}

function longestSegment(published: readonly Published[]): number {
  return Math.max(...published.map(({ window }) => window.segmentSec));
}
