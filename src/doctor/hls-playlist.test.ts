import { expect, test } from 'vitest';
import { readHls } from './hls-playlist.ts';

const base = 'https://cdn.tv.example/live/master.m3u8?token=1';

test('a multivariant playlist: absolute addresses, codecs without subtitles, sound apart', () => {
  const text = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="One, two",URI="sound/index.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Text",URI="text/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2000000,CODECS="avc1.64001f,mp4a.40.2,stpp.ttml.im1t",RESOLUTION=1280x720

#EXT-X-COMMENT:between
https://other.example/720/index.m3u8
#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=1,BANDWIDTH=500000
360/index.m3u8
`;
  expect(readHls(text, base)).toEqual({
    kind: 'multivariant',
    variants: [
      { url: 'https://other.example/720/index.m3u8', bandwidth: 2_000_000, codecs: ['avc1.64001f', 'mp4a.40.2'] },
      { url: 'https://cdn.tv.example/live/360/index.m3u8', bandwidth: 500_000, codecs: [] },
    ],
    audio: ['https://cdn.tv.example/live/sound/index.m3u8'],
  });
});

test('a media playlist: segments, keys that are fetched, whether it goes on and says when', () => {
  const text = `#EXTM3U\r
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key",KEYFORMAT="com.apple.streamingkeydelivery"\r
#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/1"\r
#EXT-X-MAP:URI="init.mp4"\r
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\r
#EXTINF:2,\r
seg-1.m4s\r
#EXTINF:2,\r
#EXT-X-BYTERANGE:1000@0\r
all.m4s\r
`;
  expect(readHls(text, base)).toEqual({
    kind: 'media',
    segments: [
      { url: 'https://cdn.tv.example/live/seg-1.m4s', isPart: false },
      { url: 'https://cdn.tv.example/live/all.m4s', isPart: true },
    ],
    keys: ['https://keys.example/1'],
    isLive: true,
    hasDates: true,
  });
  expect(readHls('#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n', base)).toMatchObject({
    isLive: false,
    hasDates: false,
  });
});

test.each(['', '<html>#EXTM3U', 'seg-1.m4s'])('%j is none', (text) => {
  expect(readHls(text, base)).toBeUndefined();
});
