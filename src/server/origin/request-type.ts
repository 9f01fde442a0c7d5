export type RequestType = 'manifest' | 'segment' | 'init' | 'key' | 'whep' | 'other';

/** Which protocol a path belongs to, as far as it tells: segments are often shared. */
export type PathProtocol = 'hls' | 'dash' | 'webrtc' | undefined;

const byPath: readonly (readonly [RequestType, RegExp])[] = [
  ['whep', /(^|\/)(whep|whip)(\/|$)/],
  ['manifest', /\.(m3u8?|mpd)$/],
  ['key', /\.key$|(^|\/)(key|licen[cs]e)s?([-_./]|$)/],
  ['init', /(^|[/._-])init([-_.][^/]*)?\.(mp4|m4[sva]|cmf[va]|webm)$/],
  ['segment', /\.(m4[sva]|mp4|ts|cmf[va]|aac|ac3|ec3|webm|vtt)$/],
];
const byContent: readonly (readonly [RequestType, RegExp])[] = [
  ['manifest', /mpegurl|dash\+xml/],
  ['whep', /^application\/sdp/],
  ['segment', /^(video|audio)\//],
];

/** What was asked for, by the path (without a query) and, where that says nothing, by what the answer is. */
export function requestTypeOf(path: string, contentType = ''): RequestType {
  const lower = path.toLowerCase();
  const found =
    byPath.find(([, pattern]) => pattern.test(lower)) ?? byContent.find(([, pattern]) => pattern.test(contentType));
  return found?.[0] ?? 'other';
}

export function protocolOf(path: string): PathProtocol {
  if (/\.m3u8?$/i.test(path)) return 'hls';
  if (/\.mpd$/i.test(path)) return 'dash';
  return /(^|\/)(whep|whip)(\/|$)/.test(path) ? 'webrtc' : undefined;
}
