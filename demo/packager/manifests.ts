import { mpdObject, playlistObject } from '../delivery/store.ts';
import type { LoopRendition } from './loop.ts';
import { liveMpd } from './mpd.ts';
import { mediaPlaylist } from './playlists.ts';
import type { Stream } from './stream.ts';
import { folderOf, isIn, mpdPath, playlistPath, segmentPath } from './stream.ts';

/** The rendition now ends with segment `last`, in HLS and in DASH; what left them long ago is deleted. */
export function updateManifests(stream: Stream, rendition: LoopRendition, last: number): void {
  const { loop, store, root, listed, kept, published, now, protection } = stream;
  const { segmentSec } = loop;
  const folder = folderOf(stream, rendition);
  let first = last;
  while (last - first + 1 < listed && store.has(segmentPath(stream, rendition, first - 1))) first--;
  const window = { first, last, segmentSec };
  if (isIn('hls', protection)) {
    const keyTag = protection?.keyTag?.bind(undefined, rendition.name);
    const playlist = mediaPlaylist(rendition.init, window, keyTag && { keyTag });
    store.set(playlistPath(stream, rendition), playlistObject(playlist));
  }
  if (isIn('dash', protection)) {
    published.set(rendition, { rendition, folder, window });
    const timing = { publishedAt: now(), timeShiftSec: listed * segmentSec, clock: '../time' };
    const mpd = liveMpd([...published.values()], timing, protection?.contentProtection);
    store.set(mpdPath(stream), mpdObject(mpd));
  }
  for (const path of store.keys()) {
    const sequence = path.startsWith(`${root}/${folder}/`) ? /seg-(\d+)\.m4s$/.exec(path)?.[1] : undefined;
    if (sequence && Number(sequence) <= last - listed - kept) store.delete(path);
  }
}
