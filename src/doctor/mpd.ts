import type { ParsedRepresentation } from '../synthetic/playlists/mpd.ts';
import { parseMpd } from '../synthetic/playlists/mpd.ts';
import type { Media } from './hls-playlist.ts';
import { mediaCodecs } from './hls-playlist.ts';

/** What an MPD refers to, with absolute addresses. */
export type Mpd = {
  readonly representations: readonly Representation[];
  readonly licences: readonly string[];
};

export type Representation = {
  readonly kind: 'audio' | 'video';
  readonly bandwidth: number;
  readonly codecs: readonly string[];
  /** One that is there now. */
  readonly segment: Media;
};

// Of a live stream the newest ones may not be everywhere yet.
const fromNewest = 3;

/** Reads an MPD; undefined where the text is none. */
export function readMpd(text: string, url: string): Mpd | undefined {
  if (!/<MPD[\s>]/.test(text)) return undefined;
  const { root, representations } = parseMpd(text, url);
  const media = representations.flatMap((each) => {
    const kind = kindOf(each);
    const segment = segmentOf(each, url);
    const { bandwidth, codecs = '' } = each.attributes;
    return kind && segment ? [{ kind, bandwidth, codecs: mediaCodecs(codecs), segment }] : [];
  });
  return { representations: media, licences: licencesOf(root).map((each) => new URL(each, url).href) };
}

function kindOf({
  attributes: { contentType, mimeType = '' },
}: ParsedRepresentation): Representation['kind'] | undefined {
  const kind = contentType ?? mimeType.split('/')[0];
  return kind === 'audio' || kind === 'video' ? kind : undefined;
}

/** Of a recording the first one, of one long object a part. */
function segmentOf({ attributes, segments = [], sidx }: ParsedRepresentation, url: string): Media | undefined {
  const isLive = attributes.type === 'dynamic';
  const segment = (isLive ? segments.at(-fromNewest) : undefined) ?? segments[0];
  if (segment) return { url: segment.resolvedUri, isPart: segment.byterange !== undefined };
  const { baseUrl } = attributes;
  const long = sidx?.resolvedUri ?? (baseUrl === undefined ? undefined : new URL(baseUrl, url).href);
  return long === undefined ? undefined : { url: long, isPart: true };
}

/** What ContentProtection names by `Laurl` of DASH-IF or of its vendors. */
function licencesOf(root: Element): string[] {
  return [...Array.from(root.getElementsByTagName('*'))]
    .filter(({ localName }) => /^laurl$/i.test(localName))
    .map((each) => (each.textContent || each.getAttribute('licenseUrl') || '').trim())
    .filter(Boolean);
}
