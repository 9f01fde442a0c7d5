import { readdirSync, statSync } from 'node:fs';

/** What is asked for, in this order, over and over: a file of the demo's media, or so many bytes from memory. */
export type Asked = { readonly path: string; readonly type: string; readonly file?: URL; readonly size: number };

const media = new URL('../../demo/media/', import.meta.url);
const playlistBytes = 2000;

/** Of what a live player asks for at 540p: for each segment its picture and its sound, and both playlists again. */
const player = segments('v540').flatMap((picture, index) => {
  const sound = segments('audio')[index % segments('audio').length] as Asked;
  return [picture, sound, playlist('v540'), playlist('audio')];
});

export const workloads = {
  player: {
    what: 'a live player at 540p, from disk',
    asked: player,
  },
  memory: {
    what: '10 KB from memory',
    asked: [{ path: '/live/v180/seg-1.m4s', type: 'video/mp4', size: 10_000 }],
  },
} as const satisfies Record<string, { what: string; asked: readonly Asked[] }>;

function segments(rendition: string): Asked[] {
  const names = readdirSync(new URL(`${rendition}/`, media)).filter((name) => name.startsWith('seg-'));
  return names.map((name) => {
    const file = new URL(`${rendition}/${name}`, media);
    return { path: `/live/${rendition}/${name}`, type: 'video/mp4', file, size: statSync(file).size };
  });
}

function playlist(rendition: string): Asked {
  return { path: `/live/${rendition}/index.m3u8`, type: 'application/vnd.apple.mpegurl', size: playlistBytes };
}
