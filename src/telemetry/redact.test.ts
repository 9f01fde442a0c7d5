// What leaves the page of a URL. Each form here carries a secret that must not be in the result.
import { expect, test } from 'vitest';
import { redactUrl } from './redact.ts';

const secret = 'S3CR3T';
const cases: [url: string, redacted: string][] = [
  ['https://cdn.example/live/seg-1.m4s', 'https://cdn.example/live/seg-1.m4s'],
  ['http://localhost:8081/live/a.m3u8', 'http://localhost:8081/live/a.m3u8'],
  [`https://user:${secret}@cdn.example/a.m3u8`, 'https://cdn.example/a.m3u8'],
  [`https://cdn.example/a.m3u8#${secret}`, 'https://cdn.example/a.m3u8'],
  [
    `https://d1.cloudfront.net/a.ts?Policy=${secret}&Signature=${secret}~&Key-Pair-Id=${secret}`,
    'https://d1.cloudfront.net/a.ts?Policy=REDACTED&Signature=REDACTED&Key-Pair-Id=REDACTED',
  ],
  [
    'https://cdn.example/a.m3u8?_HLS_msn=12&_HLS_part=3',
    'https://cdn.example/a.m3u8?_HLS_msn=REDACTED&_HLS_part=REDACTED',
  ],
  // A query that is nothing but the token.
  [`https://cdn.example/a.ts?${secret}`, 'https://cdn.example/a.ts?REDACTED'],
  [`https://cdn.example/a.ts?${secret}==`, 'https://cdn.example/a.ts?REDACTED'],
  [`https://cdn.example/a.ts?a%20b/${secret}=1`, 'https://cdn.example/a.ts?REDACTED'],
  // Akamai, with the list of paths encoded or not.
  [
    `https://a.akamaized.net/hdntl=exp=1700~acl=%2f*~data=hdntl~hmac=${secret}/live/a.ts`,
    'https://a.akamaized.net/REDACTED/live/a.ts',
  ],
  [
    `https://a.akamaized.net/hdntl=exp=1700~acl=/live/*~data=hdntl~hmac=${secret}/live/a.ts`,
    'https://a.akamaized.net/REDACTED/live/REDACTED/live/a.ts',
  ],
  [`https://a.akamaized.net/__token__=exp=1~hmac=${secret}/a.ts`, 'https://a.akamaized.net/REDACTED/a.ts'],
  [`https://a.akamaized.net/hdnts%3Dexp%3D1~hmac%3D${secret}/a.ts`, 'https://a.akamaized.net/REDACTED/a.ts'],
  // Bunny, Google Media CDN, Fastly and their imitators.
  [`https://b.b-cdn.net/bcdn_token=${secret}&expires=1&token_path=%2F/a.ts`, 'https://b.b-cdn.net/REDACTED/a.ts'],
  [`https://g.example/edge-cache-token=Expires=1~Signature=${secret}/a.ts`, 'https://g.example/REDACTED/a.ts'],
  [`https://f.example/live/a.m3u8;token=${secret}/b.ts`, 'https://f.example/live/REDACTED/b.ts'],
  [`https://f.example/exp=170~sig=${secret}/b.ts`, 'https://f.example/REDACTED/b.ts'],
  // Tokens that are a path segment of their own.
  [`https://j.example/eyJhbGciOi.eyJzdWIi.${secret}/a.ts`, 'https://j.example/REDACTED/a.ts'],
  [`https://j.example/eyJhbGciOi.a.b.c.${secret}/a.ts`, 'https://j.example/REDACTED/a.ts'],
  // A key or a playlist inside its URL is all secret.
  [`data:application/octet-stream;base64,${secret}`, 'data:REDACTED'],
  [`blob:https://site.example/${secret}`, 'blob:REDACTED'],
];

test.each(cases)('%s', (url, redacted) => {
  expect(redactUrl(new URL(url))).toBe(redacted);
});

test('ordinary words are kept', () => {
  const url = 'https://cdn.example/tokens/policy/2026/expo/st/video_1080p/signature-series/seg(12),a=b.m4s';
  expect(redactUrl(new URL(url))).toBe(url);
});

test('what is redacted once stays as it is', () => {
  for (const [, redacted] of cases) expect(redactUrl(new URL(redacted))).toBe(redacted);
});
