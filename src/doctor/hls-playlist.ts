import { parsePlaylist } from '../synthetic/playlists/m3u8.ts';

/** What a playlist of HLS refers to, with absolute addresses. */
export type HlsPlaylist =
  | { readonly kind: 'multivariant'; readonly variants: readonly Variant[]; readonly audio: readonly string[] }
  | {
      readonly kind: 'media';
      readonly segments: readonly Media[];
      readonly keys: readonly string[];
      /** Whether it goes on. */
      readonly isLive: boolean;
      readonly hasDates: boolean;
    };

export type Variant = { readonly url: string; readonly bandwidth: number; readonly codecs: readonly string[] };

/** A segment; `isPart`: it is a range of a longer object. */
export type Media = { readonly url: string; readonly isPart: boolean };

/** Reads a playlist; undefined where the text is none. */
export function readHls(text: string, baseUrl: string): HlsPlaylist | undefined {
  if (!text.replace(/^\uFEFF/, '').startsWith('#EXTM3U')) return undefined;
  const absolute = (uri: string) => new URL(uri, baseUrl).href;
  const { playlists = [], mediaGroups, segments, endList } = parsePlaylist(text);
  if (playlists.length > 0) {
    const sounds = Object.values(mediaGroups?.AUDIO ?? {}).flatMap((group) => Object.values(group));
    return {
      kind: 'multivariant',
      variants: playlists.map(({ uri, attributes: { BANDWIDTH: bandwidth = 0, CODECS = '' } }) => {
        return { url: absolute(uri), bandwidth, codecs: mediaCodecs(CODECS) };
      }),
      audio: sounds.flatMap(({ uri }) => (uri === undefined ? [] : [absolute(uri)])),
    };
  }
  const keys = segments.flatMap(({ key }) => key?.uri ?? []).filter((uri) => /^(?!\w+:)|^https?:/.test(uri));
  return {
    kind: 'media',
    segments: segments.map(({ uri, byterange }) => ({ url: absolute(uri), isPart: byterange !== undefined })),
    keys: [...new Set(keys.map(absolute))],
    isLive: !endList,
    hasDates: segments.some(({ programDateTime }) => programDateTime !== undefined),
  };
}

/** Subtitles are listed with the codecs, and no source buffer plays them. */
export function mediaCodecs(list: string): string[] {
  return list.split(',').filter((codec) => codec.trim() !== '' && !/^\s*(stpp|wvtt)/.test(codec));
}
