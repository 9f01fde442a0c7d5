import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tap } from './tap.ts';

let ids = 0;

function span(name: string, sec: number, attributes: Record<string, string | boolean | number> = {}) {
  ids += 1;
  const start = 1_700_000_000_000_000_000n;
  const told = { string: 'stringValue', boolean: 'boolValue', number: 'doubleValue' };
  return {
    ...{ traceId: 'a'.repeat(32), spanId: ids.toString(16).padStart(16, '0'), name },
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(sec * 1e9)),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: { [told[typeof value as keyof typeof told]]: value },
    })),
  };
}

const segment = 'livestream.segment.fetch';
const body = (...spans: object[]) => Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
const json = { signal: 'traces', contentType: 'application/json', contentEncoding: '' } as const;

test('durations are those of segments that were delivered, and of stalls', () => {
  const { durations, take } = tap();
  const spans = [
    span(segment, 0.5, { 'fetch.result': 'ok', ttfb_s: 0.1 }),
    span(segment, 5, { 'fetch.result': 'failed' }),
    span(segment, 2, { 'fetch.result': 'ok', 'request.blocking': true }),
    span(segment, 3, { 'fetch.result': 'ok', 'segment.chunked': true, ttfb_s: 0.2 }),
    span('livestream.manifest.fetch', 1, { 'fetch.result': 'ok' }),
    span('livestream.player.stall', 4),
  ];
  take({ ...json, contentEncoding: 'gzip', body: gzipSync(body(...spans)) });
  expect(durations).toEqual({ fetchSec: [0.5], ttfbSec: [0.1, 0.2], stallSec: [4] });
});

test('what comes twice counts once', () => {
  const { durations, take } = tap();
  const twice = body(span(segment, 0.5, { 'fetch.result': 'ok' }));
  take({ ...json, body: twice });
  take({ ...json, body: twice });
  take({ ...json, signal: 'metrics', body: Buffer.from('{}') });
  expect(durations.fetchSec).toEqual([0.5]);
});
