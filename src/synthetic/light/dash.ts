import type { Rendition } from '../../core/events.ts';
import type { ParsedMpdPiece, ParsedMpdSegment, ParsedRepresentation } from '../playlists/mpd.ts';
import { parseMpd } from '../playlists/mpd.ts';
import type { Listing, Manifest, Piece, Segment, Track } from './stream.ts';

const kinds = ['video', 'audio'] as const;
// As dash.js does without a suggested delay.
const segmentsFromEdge = 4;

/**
 * The MPD of one viewer, with the lowest representation of the picture and of the sound. `text` is what came from `url`.
 *
 * @throws when it is none, or lists no segments, as an MPD whose segments stand in an index of their own (`sidx`).
 */
export function dashManifests(text: string, url: string): Manifest[] {
  const read = (again: string) => listingOf(again, url);
  return [{ url, text, trackCount: read(text).tracks.length, read }];
}

function listingOf(text: string, url: string): Listing {
  const all = parseMpd(text, url).representations.filter(({ segments = [] }) => segments.length > 0);
  const lowest = kinds
    .map((kind) => lowestOf(all.filter((each) => kindOf(each) === kind)))
    .filter((of) => of.length > 0);
  const [main] = lowest;
  const attributes = main?.[0]?.attributes;
  if (!main || !attributes) throw new Error('expected an MPD that lists segments of a picture or a sound');
  const { type, availabilityStartTime: beganAtSec = 0, minimumUpdatePeriod = 0 } = attributes;
  const isLive = type === 'dynamic';
  const tracks = lowest.map((representations) => trackOf(representations, lowest, isLive ? beganAtSec : undefined));
  const { segments } = tracks[0] as Track;
  const [first, last] = [segments[0] as Segment, segments.at(-1) as Segment];
  const targetDurationSec = Math.max(...segments.map(({ durationSec }) => durationSec));
  const { suggestedPresentationDelay: delaySec = segmentsFromEdge * targetDurationSec } = attributes;
  return {
    tracks,
    isLive,
    targetDurationSec,
    beginsAtSec(wallMs) {
      const livePoint = wallMs / 1000 - beganAtSec - delaySec;
      return isLive ? Math.max(first.startSec, Math.min(livePoint, last.startSec)) : first.startSec;
    },
    // 0 asks for it before each segment, for which this is soon enough.
    refreshSec: minimumUpdatePeriod || targetDurationSec,
  };
}

/** Of each period that with the lowest bandwidth. */
function lowestOf(representations: readonly ParsedRepresentation[]): ParsedRepresentation[] {
  const lowest = new Map<number, ParsedRepresentation>();
  for (const each of representations) {
    const { periodStart = 0, bandwidth } = each.attributes;
    if (bandwidth < (lowest.get(periodStart)?.attributes.bandwidth ?? Number.POSITIVE_INFINITY))
      lowest.set(periodStart, each);
  }
  return [...lowest.values()];
}

function trackOf(
  periods: readonly ParsedRepresentation[],
  all: readonly (readonly ParsedRepresentation[])[],
  beganAtSec: number | undefined,
): Track {
  const [first] = periods as [ParsedRepresentation];
  const segments = periods.flatMap((period) => period.segments ?? []).map((each) => segmentOf(each, beganAtSec));
  return {
    objectType: kindOf(first) === 'audio' ? 'audio' : 'video',
    rendition: renditionOf(all.map(([representation]) => representation as ParsedRepresentation)),
    segments: segments.sort((a, b) => a.startSec - b.startSec),
  };
}

function segmentOf(segment: ParsedMpdSegment, beganAtSec: number | undefined): Segment {
  const { number: sequence, presentationTime: startSec, duration: durationSec, map } = segment;
  return {
    ...pieceOf(segment),
    ...{ sequence, startSec, durationSec },
    init: map && pieceOf(map),
    capturedAtMs: beganAtSec === undefined ? undefined : (beganAtSec + startSec) * 1000,
  };
}

function pieceOf({ resolvedUri, byterange }: ParsedMpdPiece): Piece {
  return {
    url: resolvedUri,
    range: byterange && `bytes=${byterange.offset}-${byterange.offset + byterange.length - 1}`,
  };
}

function kindOf({ attributes: { contentType, mimeType = '' } }: ParsedRepresentation): string {
  return contentType ?? mimeType.split('/')[0] ?? '';
}

/** Picture and sound together, as HLS declares them. */
function renditionOf(representations: readonly ParsedRepresentation[]): Rendition {
  const attributes = representations.map((each) => each.attributes);
  const [picture, sound] = attributes;
  return {
    bitrate: attributes.reduce((sum, { bandwidth }) => sum + bandwidth, 0),
    audioBitrate: sound?.bandwidth,
    width: picture?.width,
    height: picture?.height,
    codecs: attributes.flatMap(({ codecs = [] }) => codecs).join(',') || undefined,
  };
}
