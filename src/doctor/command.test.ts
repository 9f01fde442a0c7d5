import { expect, test } from 'vitest';
import { readFlags } from './command.ts';

const url = 'https://cdn.tv.example/live.m3u8';

test('a URL is all it takes; the environment says the rest, and flags more', () => {
  const defaults = { url, pageOrigin: 'http://localhost', propagate: ['header', 'query'] };
  expect(readFlags([url], {})).toEqual({ options: defaults, json: false });
  const environment = { PLAYSCOPE_ENDPOINT: 'https://a.example', PLAYSCOPE_PAGE_ORIGIN: 'https://tv.example' };
  const flags = ['--endpoint', 'https://b.example/otlp/', '--propagate', 'none', '--browser', 'webkit', '--json'];
  expect(readFlags([url, ...flags], environment)).toEqual({
    options: {
      ...{
        url,
        endpoint: 'https://b.example/otlp',
        pageOrigin: 'https://tv.example',
        propagate: [],
        browser: 'webkit',
      },
    },
    json: true,
  });
});

test.each<[string[], string]>([
  [[], 'URL: expected one http or https URL, received ""'],
  [['live.m3u8'], 'URL: expected one http or https URL, received "live.m3u8"'],
  [[url, url], 'URL: expected one'],
  [[url, '--endpoint', 'collector'], '--endpoint: expected an http or https URL, received "collector"'],
  [[url, '--page-origin', 'https://tv.example/live'], '--page-origin: expected an origin such as'],
  [[url, '--propagate', 'header,none'], '--propagate: expected header, query, both or none, received "header,none"'],
  [[url, '--protocol', 'rtmp'], '--protocol: expected hls, dash or webrtc, received "rtmp"'],
  [[url, '--fix'], "Unknown option '--fix'"],
])('%j is wrong', (args, sentence) => {
  expect(readFlags(args, {})).toMatch(new RegExp(`^${sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
});
