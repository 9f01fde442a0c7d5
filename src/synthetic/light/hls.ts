import type { Rendition } from '../../core/events.ts';
import type { ParsedPiece, Variant } from '../playlists/m3u8.ts';
import { parsePlaylist } from '../playlists/m3u8.ts';
import type { Listing, Manifest, Piece, Segment, Track } from './stream.ts';

// RFC 8216, 6.3.3: no closer to the end than three target durations.
const targetsFromEdge = 3;

/**
 * The playlists of one viewer: those of the lowest variant and of its default sound. `text` is what came from `url`, a
 * multivariant playlist or a media playlist.
 *
 * @throws when it is neither.
 */
export function hlsManifests(text: string, url: string): Manifest[] {
  const parsed = parsePlaylist(text);
  const timeline = sharedTimeline();
  const variants = [...(parsed.playlists ?? [])].sort((a, b) => bandwidth(a) - bandwidth(b));
  const variant = variants.find(({ attributes }) => attributes.RESOLUTION) ?? variants[0];
  if (!variant) return [{ url, text, trackCount: 1, read: reader('muxed', { bitrate: 0 }, url, timeline()) }];
  const sounds = Object.values(parsed.mediaGroups?.AUDIO?.[variant.attributes.AUDIO ?? ''] ?? {});
  const sound = sounds.find((each) => each.default) ?? sounds[0];
  const playlists: readonly (readonly [uri: string, objectType: Track['objectType']])[] = sound?.uri
    ? [
        [variant.uri, 'video'],
        [sound.uri, 'audio'],
      ]
    : [[variant.uri, 'muxed']];
  return playlists.map(([uri, objectType]) => {
    const address = new URL(uri, url).href;
    return { url: address, trackCount: 1, read: reader(objectType, renditionOf(variant), address, timeline()) };
  });
}

function reader(objectType: Track['objectType'], rendition: Rendition, url: string, place: Place): Manifest['read'] {
  return (text) => {
    const {
      segments: listed,
      mediaSequence = 0,
      targetDuration = 0,
      endList = false,
      serverControl,
    } = parsePlaylist(text);
    if (listed.length === 0) throw new Error('expected a playlist with segments');
    const pieceOf = ({ uri, byterange }: ParsedPiece): Piece => ({
      url: new URL(uri, url).href,
      range: byterange && `bytes=${byterange.offset}-${byterange.offset + byterange.length - 1}`,
    });
    const segments = place(
      listed.map((segment, index) => ({
        ...pieceOf(segment),
        sequence: mediaSequence + index,
        durationSec: segment.duration,
        init: segment.map && pieceOf(segment.map),
        keyUrl: segment.key?.uri && segment.key.method !== 'NONE' ? new URL(segment.key.uri, url).href : undefined,
        capturedAtMs: segment.programDateTime,
      })),
    );
    const [first, last] = [segments[0] as Segment, segments.at(-1) as Segment];
    const delaySec = serverControl?.['HOLD-BACK'] ?? targetsFromEdge * targetDuration;
    const livePoint = Math.max(first.startSec, last.startSec + last.durationSec - delaySec);
    return {
      tracks: [{ objectType, rendition, segments }],
      isLive: !endList,
      targetDurationSec: targetDuration,
      beginsAtSec: () => (endList ? first.startSec : livePoint),
      refreshSec: targetDuration,
    } satisfies Listing;
  };
}

type Unplaced = Omit<Segment, 'startSec'>;
type Place = (segments: readonly Unplaced[]) => Segment[];

/** Playlists have no timeline: 0 is where the first one began, and the others follow by their program time or number. */
function sharedTimeline(): () => Place {
  let zeroMs: number | undefined;
  return () => {
    let before: readonly Segment[] = [];
    return (segments) => {
      const [first] = segments;
      zeroMs ??= first?.capturedAtMs;
      const known = before.find(({ sequence }) => sequence === first?.sequence)?.startSec;
      const last = before.at(-1);
      let startSec = known ?? (last ? last.startSec + last.durationSec : 0);
      before = segments.map((segment) => {
        if (segment.capturedAtMs !== undefined && zeroMs !== undefined)
          startSec = (segment.capturedAtMs - zeroMs) / 1000;
        const placed = { ...segment, startSec };
        startSec += segment.durationSec;
        return placed;
      });
      return [...before];
    };
  };
}

function bandwidth({ attributes }: Variant): number {
  return attributes.BANDWIDTH ?? 0;
}

function renditionOf({ attributes }: Variant): Rendition {
  const { BANDWIDTH: bitrate = 0, 'AVERAGE-BANDWIDTH': average, CODECS: codecs, RESOLUTION: size } = attributes;
  return { bitrate, averageBitrate: Number(average) || undefined, width: size?.width, height: size?.height, codecs };
}
