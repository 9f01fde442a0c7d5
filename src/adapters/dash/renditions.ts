import type { ObjectType, Rendition, Request } from '../../core/events.ts';
import type { Dash } from './player.ts';
import { ask } from './player.ts';
import type { FragmentRequest } from './requests.ts';

export type Representation = NonNullable<FragmentRequest['representation']>;

/** What versions 5 and 4 have for the rendition in use. */
type Renditions = {
  getCurrentRepresentationForType?(type: string): Representation | null;
  getBitrateInfoListFor?(type: string): { bitrate: number; width?: number; height?: number }[];
  getQualityFor?(type: string): number;
};

/** What is fetched of a media type now, which is not yet what is shown. */
export function representationInUse(player: Dash, type: string): Representation | undefined {
  return ask(() => {
    const { getCurrentRepresentationForType, getQualityFor } = player as Renditions;
    if (getCurrentRepresentationForType) return getCurrentRepresentationForType(type) ?? undefined;
    return representationAt(player, type, getQualityFor?.(type));
  });
}

/** By the index that version 4 has for it. */
export function representationAt(player: Dash, type: string, index = -1): Representation | undefined {
  const info = ask(() => (player as Renditions).getBitrateInfoListFor?.(type)[index]);
  return info && { ...info, bandwidth: info.bitrate };
}

/** Picture and sound have representations of their own: together they are what HLS calls a variant. */
export function renditionOf({ bandwidth, width, height, codecs }: Representation, sound?: Representation): Rendition {
  return {
    bitrate: bandwidth + (sound?.bandwidth ?? 0),
    audioBitrate: sound?.bandwidth,
    width: width || undefined,
    height: height || undefined,
    codecs: [codecs, sound?.codecs].filter(Boolean).join(',') || undefined,
  };
}

/** What is asked for, in our words. */
export function describeRequest(asked: FragmentRequest): Omit<Request, 'id' | 'url' | 'retry'> {
  const { type, mediaType, index, duration, representation, availabilityTimeComplete } = asked;
  const isSegment = type === 'MediaSegment';
  const number = (representation?.startNumber ?? 1) + (index ?? Number.NaN);
  return {
    objectType: objectTypeOf(type, mediaType),
    rendition: representation ? renditionOf(representation) : undefined,
    sequence: isSegment && Number.isFinite(number) ? number : undefined,
    durationSec: isSegment && duration ? duration : undefined,
    chunked: (isSegment && availabilityTimeComplete === false) || undefined,
  };
}

function objectTypeOf(type: string | undefined, mediaType: string | undefined): ObjectType {
  if (type === 'InitializationSegment') return 'init';
  if (type === 'MediaSegment') {
    if (mediaType === 'video' || mediaType === 'audio' || mediaType === 'muxed') return mediaType;
    return mediaType === 'text' ? 'text' : 'other';
  }
  return type === 'MPD' || type === 'XLinkExpansion' || type === 'ContentSteering' ? 'manifest' : 'other';
}
