import { boxes, findBox } from '../../demo/packager/boxes.ts';
import type { LoopRendition } from '../../demo/packager/loop.ts';
import { loadLoop } from '../../demo/packager/loop.ts';
import { muxSegment } from '../../demo/packager/mux.ts';

/** A file as a plain server of files has it. */
export type MediaFile = { readonly type: string; readonly bytes: Uint8Array };

const segmentSec = 4;
const soundTrack = 2;

/**
 * The demo's loop as an ordinary HLS on demand, by path: two renditions, segments of 4 s with picture and sound in them,
 * as the peers' figures are usually taken.
 */
export async function onDemand(seconds: number): Promise<ReadonlyMap<string, MediaFile>> {
  const loop = await loadLoop();
  const sound = loop.renditions.find(({ kind }) => kind === 'audio') as LoopRendition;
  const pictures = loop.renditions.filter(({ kind }) => kind === 'video').slice(0, 2);
  const files = new Map<string, MediaFile>();
  const variants = pictures.map(({ name, codecs, peakBandwidth, width, height }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${peakBandwidth + sound.peakBandwidth},CODECS="${codecs},${sound.codecs}",RESOLUTION=${width}x${height}`,
    `${name}/index.m3u8`,
  ]);
  files.set('/vod/master.m3u8', playlist(['#EXTM3U', '#EXT-X-VERSION:7', ...variants.flat()]));
  const count = Math.ceil(seconds / segmentSec);
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (const picture of pictures) {
    const folder = `/vod/${picture.name}`;
    const segments = numbers.flatMap((number) => [`#EXTINF:${segmentSec},`, `seg-${number}.m4s`]);
    files.set(
      `${folder}/index.m3u8`,
      playlist([
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        `#EXT-X-TARGETDURATION:${segmentSec}`,
        '#EXT-X-PLAYLIST-TYPE:VOD',
        '#EXT-X-MAP:URI="init.mp4"',
        ...segments,
        '#EXT-X-ENDLIST',
      ]),
    );
    files.set(`${folder}/init.mp4`, video(withSound(picture.initBytes, sound.initBytes)));
    for (const number of numbers) {
      const fragments = Array.from({ length: segmentSec / loop.segmentSec }, (_, part) => {
        const fragment = number * (segmentSec / loop.segmentSec) + part;
        return [
          muxSegment(picture, fragment, loop.segmentSec),
          asSoundTrack(muxSegment(sound, fragment, loop.segmentSec), 'tfhd'),
        ];
      });
      files.set(`${folder}/seg-${number}.m4s`, video(Buffer.concat(fragments.flat())));
    }
  }
  return files;
}

/** One initialization segment for both: the second track is the sound's. */
function withSound(picture: Uint8Array, sound: Uint8Array): Uint8Array {
  const [moov, mvex] = [findBox(picture, 'moov'), findBox(picture, 'mvex')];
  const numbered = asSoundTrack(asSoundTrack(sound, 'tkhd'), 'mvex');
  const [trak, soundMvex] = [findBox(numbered, 'trak'), findBox(numbered, 'mvex')];
  const both = [
    picture.subarray(moov.start + 8, mvex.start),
    numbered.subarray(trak.start, trak.end),
    box('mvex', [picture.subarray(mvex.start + 8, mvex.end), numbered.subarray(soundMvex.start + 8, soundMvex.end)]),
  ];
  return Buffer.concat([picture.subarray(0, moov.start), box('moov', both)]);
}

function asSoundTrack(bytes: Uint8Array, where: 'tkhd' | 'mvex' | 'tfhd'): Uint8Array {
  const moved = new Uint8Array(bytes);
  for (const { type, body } of boxes(moved)) {
    // The number of a track: after version and flags, in tkhd after two times as well, in mvex inside its one trex.
    if (type === where) body.setUint32({ tkhd: 12, mvex: 12, tfhd: 4 }[where], soundTrack);
  }
  return moved;
}

function box(type: string, content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const playlist = (lines: readonly string[]): MediaFile => ({
  type: 'application/vnd.apple.mpegurl',
  bytes: Buffer.from(`${lines.join('\n')}\n`),
});

const video = (bytes: Uint8Array): MediaFile => ({ type: 'video/mp4', bytes });
