export type RequestType = 'manifest' | 'segment' | 'init' | 'key' | 'whep' | 'other';

/** Which protocol a path belongs to, as far as it tells: segments are often shared. */
export type PathProtocol = 'hls' | 'dash' | 'webrtc' | undefined;

const whep = /(^|\/)(whep|whip)(\/|$)/i;
const key = /(^|\/)(key|licen[cs]e)s?([-_./]|$)/i;
const init = /(^|[/._-])init([-_.][^/]*)?\.[^./]*$/i;

const byEnding: Readonly<Record<string, RequestType>> = {
  ...{ m3u8: 'manifest', m3u: 'manifest', mpd: 'manifest', key: 'key' },
  ...{
    m4s: 'segment',
    m4v: 'segment',
    m4a: 'segment',
    mp4: 'segment',
    cmfv: 'segment',
    cmfa: 'segment',
    webm: 'segment',
  },
  ...{ ts: 'segment', aac: 'segment', ac3: 'segment', ec3: 'segment', vtt: 'segment' },
};
const byContent: readonly (readonly [RequestType, RegExp])[] = [
  ['manifest', /mpegurl|dash\+xml/i],
  ['whep', /^application\/sdp/i],
  ['segment', /^(video|audio)\//i],
];

/** What was asked for, by the path (without a query), if that tells; what is written to an origin is not asked for. */
export function typeByPath(method: string, path: string): RequestType | undefined {
  const ending = byEnding[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (method === 'GET' || method === 'HEAD') {
    if (ending === 'segment') return init.test(path) ? 'init' : ending;
    return ending ?? typeByFolder(path);
  }
  return ending === undefined && method !== 'OPTIONS' ? typeByFolder(path) : 'other';
}

/** What was asked for, by what the answer is. */
export function typeByContent(contentType = ''): RequestType {
  return byContent.find(([, pattern]) => pattern.test(contentType))?.[0] ?? 'other';
}

/** The protocol of what was asked for: playlists have one, segments serve several. */
export function protocolOf(type: RequestType, path: string): PathProtocol {
  if (type === 'whep') return 'webrtc';
  if (type !== 'manifest') return undefined;
  if (/\.m3u8?$/i.test(path)) return 'hls';
  return /\.mpd$/i.test(path) ? 'dash' : undefined;
}

function typeByFolder(path: string): RequestType | undefined {
  if (whep.test(path)) return 'whep';
  return key.test(path) ? 'key' : undefined;
}
