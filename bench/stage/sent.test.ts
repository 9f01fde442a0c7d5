import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Sent } from './sent.ts';
import { mixed, reportsOf, steadyMinute, traffic } from './sent.ts';

const post = (arrivedAt: number, body = 'x'.repeat(1000), more: Partial<Sent> = {}): Sent => ({
  arrivedAt,
  method: 'POST',
  path: '/v1/metrics',
  headerBytes: 600,
  encoding: null,
  body: Buffer.from(body).toString('base64'),
  ...more,
});

test('preflights are no requests, but their headers count', () => {
  const { requests, preflights, bodyBytes, headerBytes } = traffic([post(0, '', { method: 'OPTIONS' }), post(3)]);
  expect({ requests, preflights, bodyBytes, headerBytes }).toEqual({
    requests: 1,
    preflights: 1,
    bodyBytes: 1000,
    headerBytes: 1200,
  });
});

test('a body that is compressed already counts as it is, the others as they would be', () => {
  const gz = gzipSync('y'.repeat(1000));
  const compressed = post(0, '', { encoding: 'gzip', body: gz.toString('base64') });
  expect(traffic([compressed]).gzipBytes).toBe(gz.length);
  expect(traffic([post(0)]).gzipBytes).toBe(gzipSync('x'.repeat(1000)).length);
});

test('requests that follow each other at once are one report', () => {
  const reports = reportsOf([post(0), post(80), post(160), post(10_000), post(10_050)]);
  expect(reports.map(({ length }) => length)).toEqual([3, 2]);
});

test.each([[41_000], [49_000]])('a minute of it is the same wherever in a period the viewing ends: %i', (endsAt) => {
  const reports = [1000, 11_000, 21_000, 31_000, 41_000, 51_000].flatMap((at) => [post(at), post(at + 40)]);
  const { requests, bodyBytes } = steadyMinute(
    reports.filter(({ arrivedAt }) => arrivedAt <= endsAt),
    5000,
  );
  expect({ requests, bodyBytes }).toEqual({ requests: 12, bodyBytes: 12_000 });
});

test('one report alone says nothing of a minute', () => {
  expect(steadyMinute([post(6000)], 5000).requests).toBeNaN();
});

test('a tenth who send more, the rest who send less', () => {
  const [more, less] = [traffic([post(0), post(1)]), traffic([post(0)])];
  expect(mixed(0.1, more, less).requests).toBeCloseTo(1.1);
});
