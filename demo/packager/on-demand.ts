import type { Store } from '../delivery/store.ts';
import { mpdObject, playlistObject, segmentObject } from '../delivery/store.ts';
import type { Loop } from './loop.ts';
import { staticMpd } from './mpd.ts';
import { muxSegment } from './mux.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';

/** Publishes the loop once, from its first segment to its last, as HLS and DASH under `root`: a stream that ends. */
export function publishOnDemand(loop: Loop, store: Store, root = '/vod'): void {
  const published = loop.renditions.map((rendition) => {
    const window = { first: 0, last: rendition.segments.length - 1, segmentSec: loop.segmentSec };
    const folder = `${root}/${rendition.name}`;
    store.set(`${folder}/${rendition.init}`, segmentObject(rendition.initBytes, rendition.kind));
    for (let sequence = 0; sequence <= window.last; sequence++) {
      const bytes = muxSegment(rendition, sequence, loop.segmentSec);
      store.set(`${folder}/seg-${sequence}.m4s`, segmentObject(bytes, rendition.kind));
    }
    store.set(`${folder}/index.m3u8`, playlistObject(mediaPlaylist(rendition.init, window, { type: 'vod' })));
    return { rendition, folder: rendition.name, window };
  });
  store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  store.set(`${root}/manifest.mpd`, mpdObject(staticMpd(published)));
}
