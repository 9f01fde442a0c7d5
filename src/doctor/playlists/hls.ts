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

type Attributes = Readonly<Record<string, string>>;

/** Reads a playlist; undefined where the text is none. */
export function readHls(text: string, baseUrl: string): HlsPlaylist | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (!lines[0]?.replace(/^\uFEFF/, '').startsWith('#EXTM3U')) return undefined;
  const absolute = (uri: string) => new URL(uri, baseUrl).href;
  const tagged = (tag: string) => lines.filter((line) => line.startsWith(`${tag}:`)).map(attributes);

  const variants = lines.flatMap((line, index) => {
    if (!line.startsWith('#EXT-X-STREAM-INF:')) return [];
    const uri = lines.slice(index + 1).find(isUri);
    if (uri === undefined) return [];
    const { BANDWIDTH, CODECS = '' } = attributes(line);
    return [{ url: absolute(uri), bandwidth: Number(BANDWIDTH), codecs: CODECS.split(',').filter(isMediaCodec) }];
  });
  if (variants.length > 0) {
    const audio = tagged('#EXT-X-MEDIA').filter(({ TYPE }) => TYPE === 'AUDIO');
    return { kind: 'multivariant', variants, audio: audio.flatMap(({ URI }) => (URI ? [absolute(URI)] : [])) };
  }
  const parts = new Set<number>();
  lines.forEach((line, index) => {
    if (line.startsWith('#EXT-X-BYTERANGE:')) parts.add(lines.findIndex((each, at) => at > index && isUri(each)));
  });
  const keys = tagged('#EXT-X-KEY').flatMap(({ URI }) =>
    URI && /^(?!\w+:)|^https?:/.test(URI) ? [absolute(URI)] : [],
  );
  return {
    kind: 'media',
    segments: lines.flatMap((line, index) => (isUri(line) ? [{ url: absolute(line), isPart: parts.has(index) }] : [])),
    keys: [...new Set(keys)],
    isLive: !lines.includes('#EXT-X-ENDLIST'),
    hasDates: lines.some((line) => line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')),
  };
}

function attributes(line: string): Attributes {
  const found = line.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g);
  return Object.fromEntries([...found].map(([, name, quoted, bare]) => [name, quoted ?? bare]));
}

function isUri(line: string): boolean {
  return line !== '' && !line.startsWith('#');
}

/** Subtitles are listed with the codecs, and no source buffer plays them. */
export function isMediaCodec(codec: string): boolean {
  return codec.trim() !== '' && !/^\s*(stpp|wvtt)/.test(codec);
}
