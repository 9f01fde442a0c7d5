import { expect, test } from 'vitest';
import { hlsManifests } from './hls.ts';

const multivariant = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",DEFAULT=NO,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",DEFAULT=YES,URI="de.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=1280x720,AUDIO="a"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,AVERAGE-BANDWIDTH=250000,RESOLUTION=640x360,CODECS="avc1",AUDIO="a"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a",AUDIO="a"
sound.m3u8
`;

const media = (sequence: number, lines: string) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:${sequence}\n${lines}`;
const url = 'https://cdn.example/live/index.m3u8';

test('the lowest variant that has a picture, and the default sound', () => {
  const manifests = hlsManifests(multivariant, 'https://cdn.example/live/main.m3u8?token=1');
  expect(manifests.map((manifest) => manifest.url)).toEqual([
    'https://cdn.example/live/low.m3u8',
    'https://cdn.example/live/de.m3u8',
  ]);
  const [track] = manifests[0]?.read(media(1, '#EXTINF:4,\n1.ts')).tracks ?? [];
  expect(track).toMatchObject({
    objectType: 'video',
    rendition: { bitrate: 300000, averageBitrate: 250000, height: 360 },
  });
});

test('a media playlist alone is one track of both; its live point is three target durations from the end', () => {
  const text = media(7, [1, 2, 3, 4].map((n) => `#EXTINF:4,\n${n}.ts`).join('\n'));
  const [manifest] = hlsManifests(text, url);
  const { tracks, isLive, beginsAtSec } = manifest?.read(text) ?? {};
  expect(tracks?.[0]?.objectType).toBe('muxed');
  expect(tracks?.[0]?.segments.map(({ sequence, startSec }) => [sequence, startSec])).toEqual([
    [7, 0],
    [8, 4],
    [9, 8],
    [10, 12],
  ]);
  expect([isLive, beginsAtSec?.(0)]).toEqual([true, 4]);
});

test('a playlist that ends begins at its beginning', () => {
  const text = media(0, '#EXTINF:4,\n1.ts\n#EXTINF:4,\n2.ts\n#EXT-X-ENDLIST');
  expect(hlsManifests(text, url)[0]?.read(text)).toMatchObject({ isLive: false });
  expect(hlsManifests(text, url)[0]?.read(text).beginsAtSec(0)).toBe(0);
});

test('segments keep their place from one playlist to the next, by number and by program time', () => {
  const [byNumber] = hlsManifests(media(0, '#EXTINF:4,\n0.ts'), url);
  byNumber?.read(media(0, '#EXTINF:3.9,\n0.ts\n#EXTINF:4.1,\n1.ts'));
  expect(byNumber?.read(media(1, '#EXTINF:4.1,\n1.ts\n#EXTINF:4,\n2.ts')).tracks[0]?.segments[1]?.startSec).toBe(8);

  const at = (second: number) => `#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:${second}.000Z\n#EXTINF:4,\n${second}.ts`;
  const [byTime] = hlsManifests(media(0, at(10)), url);
  byTime?.read(media(0, at(10)));
  const [late] = byTime?.read(media(9, at(46))).tracks[0]?.segments ?? [];
  expect(late).toMatchObject({ startSec: 36, capturedAtMs: Date.UTC(2026, 0, 1, 0, 0, 46) });
});

test('parts of files, initialization and keys', () => {
  const text = media(
    0,
    '#EXT-X-MAP:URI="all.mp4",BYTERANGE="700@0"\n#EXT-X-KEY:METHOD=AES-128,URI="../key"\n#EXTINF:4,\n#EXT-X-BYTERANGE:1000@700\nall.mp4',
  );
  expect(hlsManifests(text, url)[0]?.read(text).tracks[0]?.segments[0]).toMatchObject({
    url: 'https://cdn.example/live/all.mp4',
    range: 'bytes=700-1699',
    init: { url: 'https://cdn.example/live/all.mp4', range: 'bytes=0-699' },
    keyUrl: 'https://cdn.example/key',
  });
});

test.each(['<html>', '', '{"error":"no"}'])('what is no playlist is refused: %s', (text) => {
  expect(() => hlsManifests(text, url)).toThrow('#EXTM3U');
});
