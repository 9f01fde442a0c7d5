import { expect, test } from 'vitest';
import { readFlags } from './flags.ts';

const url = 'https://tv.example/live.m3u8';

test('all flags at once', () => {
  const line = `${url} --viewers 20 --ramp 30s --for 2m --region eu --network 4g --cpu 4 --headed --out r.json --junit r.xml`;
  const args = [...line.split(' '), '--expect', 'errors == 0', '--expect', 'viewers == 20', '--header', 'X-Key: a: b'];
  expect(readFlags(args, {})).toMatchObject({
    url,
    watch: {
      ...{ viewers: 20, rampSec: 30, forSec: 120, region: 'eu', network: '4g', cpu: 4, headed: true },
      expect: ['errors == 0', 'viewers == 20'],
      headers: { 'x-key': 'a: b' },
    },
    outputs: { out: 'r.json', junit: 'r.xml', html: undefined },
  });
});

test('headers for the collector come as OpenTelemetry has them', () => {
  const read = readFlags([url], { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20a%3D%3D, x-tenant=one' });
  expect(read).toMatchObject({ watch: { endpointHeaders: { authorization: 'Basic a==', 'x-tenant': 'one' } } });
});

test.each([
  [[], /^URL: expected one, received "none"$/],
  [[url, url], /^URL: expected one, received/],
  [[url, '--nope'], /^flags: expected known ones, received "Unknown option '--nope'"$/],
  [[url, '--viewers', 'many'], /^--viewers: expected a number, received "many"$/],
  [[url, '--for', '60'], /^--for: expected a time such as 90s or 2m, received "60"$/],
  [[url, '--header', 'authorization'], /^--header: expected 'NAME: VALUE', received "authorization"$/],
])('%j', (args, sentence) => {
  expect(() => readFlags(args, {})).toThrow(sentence);
});
