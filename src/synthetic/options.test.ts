import { expect, test } from 'vitest';
import type { WatchOptions } from './options.ts';
import { settingsOf, streamIdOf } from './options.ts';

const url = 'https://tv.example/live.m3u8';

test('defaults: one viewer in a browser for a minute, or none beside light ones', () => {
  expect(settingsOf(url, {})).toMatchObject({ viewers: 1, light: 0, rampSec: 0, forSec: 60, network: undefined });
  expect(settingsOf(url, { light: 300 })).toMatchObject({ viewers: 0, light: 300 });
});

test.each<[WatchOptions, RegExp]>([
  [{ viewers: 0 }, /^viewers: expected at least 1 of them, or of light, received 0$/],
  [{ viewers: 1.5 }, /^viewers: expected a number from 0 to 1000, received 1\.5$/],
  [{ forSec: 0 }, /^forSec: expected seconds from 1 to 86400, received 0$/],
  [{ protocol: 'rtmp' as 'hls' }, /^protocol: expected hls, dash, webrtc, page, received "rtmp"$/],
  [{ endpoint: 'localhost:4318' }, /^endpoint: expected an http or https URL, received/],
  [{ network: '5g' }, /^network: expected cable, 4g, 3g, lossy, offline-10s or a \.json file, received "5g"$/],
  [{ network: '/nowhere.json' }, /^network: expected a readable JSON file, received/],
  [{ network: { downMbps: 3 } as object }, /^network: expected numbers for any of latencyMs, /],
  [{ network: '4g', browser: 'firefox' }, /^browser: expected a Chromium, as network and cpu need one/],
])('%j', (options, sentence) => {
  expect(() => settingsOf(url, options)).toThrow(sentence);
});

test.each([
  ['https://tv.example/channels/one/master.m3u8', 'one'],
  ['https://tv.example/live.mpd?token=1', 'live.mpd'],
  ['https://tv.example/whep/main', 'main'],
  ['https://tv.example/', 'tv.example'],
])('the stream of %s is %s', (address, stream) => {
  expect(streamIdOf(address)).toBe(stream);
});
