import { problem } from '../synthetic/problem.ts';
import type { Rendition, StreamFacts, TargetFacts } from './facts.ts';
import { isAnswer, isGood } from './facts.ts';
import type { HlsPlaylist } from './hls-playlist.ts';
import { readHls } from './hls-playlist.ts';
import type { Mpd } from './mpd.ts';
import { readMpd } from './mpd.ts';
import type { Visit } from './page.ts';

export type Protocol = 'hls' | 'dash' | 'webrtc';

/** Something that players ask for. Of a long object a range is enough. */
export type Target = Pick<TargetFacts, 'role' | 'url'> & { readonly isPart?: boolean };

export type OpenedStream = {
  readonly protocol: Protocol;
  /** One of each role at each host; of a WHEP endpoint none. */
  readonly targets: readonly Target[];
  readonly stream?: Omit<StreamFacts, 'unplayable'>;
};

type Found = Omit<OpenedStream, 'protocol'>;

/**
 * Finds out what a URL is and what its players will ask for.
 *
 * @throws one sentence when it is no stream, or a part of it that leads on is not there.
 */
export async function openStream(visit: Visit, url: string, protocol: Protocol | undefined): Promise<OpenedStream> {
  if (protocol === 'webrtc') return { protocol, targets: [] };
  const { answer, text, url: finalUrl } = await visit.read({ url });
  const hls = readHls(text, finalUrl);
  if (hls && protocol !== 'dash') return { protocol: 'hls', ...(await openHls(visit, url, hls)) };
  const mpd = protocol === 'hls' ? undefined : readMpd(text, finalUrl);
  if (mpd) return { protocol: 'dash', ...openDash(mpd, url) };
  if (protocol === undefined && (await isWhep(visit, url))) return { protocol: 'webrtc', targets: [] };
  const { host } = new URL(url);
  if (!isAnswer(answer)) {
    throw cannotOpen(
      `${url}: no answer from ${host} (${answer.error}); see that the name and port are right and the server is up`,
    );
  }
  const { status, headers } = answer;
  if (!isGood(answer))
    throw cannotOpen(`${url}: answered ${status}; see that the address is that of a stream which is on`);
  const type = headers['content-type'] ?? 'no Content-Type';
  throw cannotOpen(`${url}: expected an HLS playlist, an MPD or a WHEP endpoint, received ${type}`);
}

async function isWhep(visit: Visit, url: string): Promise<boolean> {
  const options = await visit.bare({ url, method: 'OPTIONS' });
  if (!isAnswer(options)) return false;
  const takes = options.headers['accept-post'] ?? '';
  return /application\/sdp/i.test(takes) || /\/whep(\/|$)/i.test(new URL(url).pathname);
}

async function openHls(visit: Visit, url: string, playlist: HlsPlaylist): Promise<Found> {
  const renditions: Rendition[] = [];
  let media = [{ url, playlist }];
  if (playlist.kind === 'multivariant') {
    renditions.push(...playlist.variants.map(({ codecs }) => ({ kind: 'variant' as const, codecs })));
    // The smallest one, as its segments will be asked for several times.
    const [smallest] = [...playlist.variants].sort((a, b) => a.bandwidth - b.bandwidth);
    const urls = [smallest?.url, playlist.audio[0]].filter((each) => each !== undefined);
    media = await Promise.all(urls.map((each) => openMedia(visit, each)));
  }
  const targets: Target[] = [{ role: 'playlist', url }];
  let live: { readonly hasDates: boolean } | undefined;
  for (const { url: mediaUrl, playlist: each } of media) {
    if (each.kind !== 'media') throw cannotOpen(`${mediaUrl}: expected a media playlist, received a multivariant one`);
    // The last one may not be everywhere yet.
    const segment = each.segments.at(-2) ?? each.segments[0];
    if (!segment) throw cannotOpen(`${mediaUrl}: the playlist names no segment; see that the stream is on`);
    const [key] = each.keys.slice(-1);
    targets.push({ role: 'playlist', url: mediaUrl }, { role: 'segment', ...segment });
    if (key) targets.push({ role: 'key', url: key });
    if (each.isLive) live = { hasDates: each.hasDates && (live?.hasDates ?? true) };
  }
  return { targets: oneEach(targets), stream: { renditions, hasDates: live?.hasDates } };
}

async function openMedia(visit: Visit, url: string): Promise<{ url: string; playlist: HlsPlaylist }> {
  const { answer, text, url: finalUrl } = await visit.read({ url });
  const playlist = readHls(text, finalUrl);
  if (playlist) return { url, playlist };
  const received = isAnswer(answer) ? `answer ${answer.status}` : answer.error;
  throw cannotOpen(`${url}: expected a media playlist, which the multivariant one names, received ${received}`);
}

function openDash({ representations, licences }: Mpd, url: string): Found {
  const segments = [...representations]
    .sort((a, b) => a.bandwidth - b.bandwidth)
    .map(({ segment }) => ({ role: 'segment' as const, ...segment }));
  if (segments.length === 0) throw cannotOpen(`${url}: the MPD names no video or audio; see that the stream is on`);
  return {
    targets: oneEach([
      { role: 'playlist', url },
      ...segments,
      ...licences.map((each) => ({ role: 'licence' as const, url: each })),
    ]),
    stream: { renditions: representations.map(({ kind, codecs }) => ({ kind, codecs })) },
  };
}

/** The first of each role at each host. */
function oneEach(targets: readonly Target[]): Target[] {
  const placeOf = ({ role, url }: Target) => `${role} ${new URL(url).origin}`;
  const places = targets.map(placeOf);
  return targets.filter((target, index) => places.indexOf(placeOf(target)) === index);
}

function cannotOpen(sentence: string) {
  return problem('ERR_START', sentence);
}
