import { playlistObject, segmentObject } from '../delivery/store.ts';
import { loseFrames } from './frame-loss.ts';
import type { LoopRendition } from './loop.ts';
import { updateManifests } from './manifests.ts';
import { following, muxSegment, newestSegment } from './mux.ts';
import { masterPlaylist } from './playlists.ts';
import type { Publication } from './schedule.ts';
import { after, publishInTurn } from './schedule.ts';
import type { PackagerOptions, Stream } from './stream.ts';
import { folderOf, isIn, manifestPaths, segmentPath, streamOf } from './stream.ts';

/**
 * Turns the loop into an endless live stream, in step with the wall clock: segment n holds what was captured from n to
 * n + 1 segment durations after the Unix epoch, and is published when that time has passed. So numbers, decode times and
 * program times go on where they were when the packager starts anew, and a cache never holds another segment of a name.
 */
export function startPackager(options: PackagerOptions): { close(): void } {
  const stop = new AbortController();
  const stream = streamOf(options, stop.signal);
  const { loop, store, root, listed, now, protection } = stream;
  const first = newestSegment(now(), loop.segmentSec) - listed + 1;
  if (isIn('hls', protection)) store.set(`${root}/master.m3u8`, playlistObject(masterPlaylist(loop.renditions)));
  // Each rendition has its own course, so that one can be late alone.
  for (const rendition of loop.renditions) {
    const init = protection?.protectInit?.(rendition.initBytes) ?? rendition.initBytes;
    store.set(`${root}/${folderOf(stream, rendition)}/${rendition.init}`, segmentObject(init, rendition.kind));
    publishInTurn(segments(stream, rendition, first), stream);
  }
  return { close: () => stop.abort() };
}

function* segments(stream: Stream, rendition: LoopRendition, first: number): Generator<Publication, never> {
  const { loop, now } = stream;
  for (let sequence = first; ; sequence = following(sequence, now(), loop.segmentSec)) {
    const path = segmentPath(stream, rendition, sequence);
    const publish = (framesInAt?: number) => publishSegment(stream, rendition, sequence, framesInAt);
    yield { path, dueAt: (sequence + 1) * loop.segmentSec * 1000, publish };
  }
}

/** Mux, encrypt, upload, manifest: one segment on its way to the players. */
async function publishSegment(stream: Stream, rendition: LoopRendition, sequence: number, framesInAt?: number) {
  const { loop, store, originUrl, protection, publish, slow, frameLoss, signal, telemetry } = stream;
  const { segmentSec } = loop;
  const path = segmentPath(stream, rendition, sequence);
  const began = performance.now();
  await publish(
    {
      ...{ sequence, path, framesInAt, durationSec: segmentSec, manifests: manifestPaths(stream, rendition) },
      cdnUrl: originUrl && `${originUrl}${path}`,
    },
    {
      mux: () =>
        after(slow('mux', path, signal), (): Uint8Array => {
          const whole = muxSegment(rendition, sequence, segmentSec);
          const share = rendition.kind === 'video' ? frameLoss(path) : 0;
          const { bytes, lost } = share > 0 ? loseFrames(whole, share) : { bytes: whole, lost: 0 };
          telemetry.arrived(rendition, sequence, { bytes: bytes.byteLength, lostFrames: lost });
          return bytes;
        }),
      encrypt:
        protection &&
        ((bytes) => after(slow('encrypt', path, signal), () => protection.encrypt(bytes, rendition.name, sequence))),
      upload: (bytes) =>
        after(slow('upload', path, signal), () => void store.set(path, segmentObject(bytes, rendition.kind))),
      manifest: () => after(slow('manifest', path, signal), () => updateManifests(stream, rendition, sequence)),
    },
  );
  telemetry.packaged(`${stream.root}/${folderOf(stream, rendition)}`, performance.now() - began);
}
