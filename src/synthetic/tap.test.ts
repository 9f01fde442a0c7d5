import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Durations, ExportRequest } from './tap.ts';
import { tap } from './tap.ts';

let ids = 0;

function exported(name: string, durationMs: number, attributes: Record<string, string | number | boolean>) {
  ids += 1;
  const value = (given: string | number | boolean) => {
    if (typeof given === 'string') return { stringValue: given };
    return typeof given === 'number' ? { doubleValue: given } : { boolValue: given };
  };
  return {
    traceId: 'a'.repeat(32),
    spanId: String(ids).padStart(16, '0'),
    name,
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: String(1_790_000_000_000_000_000n + BigInt(durationMs * 1e6)),
    attributes: Object.entries(attributes).map(([key, given]) => ({ key, value: value(given) })),
  };
}

const all = ({ fetchSec, ttfbSec, stallSec }: Durations) => ({
  fetchSec: fetchSec.latest(10),
  ttfbSec: ttfbSec.latest(10),
  stallSec: stallSec.latest(10),
});

function request(...spans: object[]): ExportRequest {
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  return { signal: 'traces', contentType: 'application/json', contentEncoding: 'gzip', body: gzipSync(body) };
}

const fetched = (durationMs: number, more: Record<string, string | number | boolean> = {}) =>
  exported('livestream.segment.fetch', durationMs, { 'fetch.result': 'ok', ttfb_s: 0.01, ...more });

test('segments and stalls are read once, however often they come', () => {
  const { durations, take } = tap();
  const once = request(fetched(120), exported('livestream.player.stall', 2000, {}));
  take(once);
  take(once);
  expect(all(durations)).toEqual({ fetchSec: [0.12], ttfbSec: [0.01], stallSec: [2] });
});

test('what says nothing of the network is left out, and so is what is there for its trouble alone', () => {
  const { durations, take } = tap();
  take(
    request(
      fetched(100, { 'fetch.result': 'failed' }),
      fetched(100, { 'request.blocking': true }),
      fetched(100, { 'sampling.reason': 'stall' }),
      exported('livestream.manifest.fetch', 100, { 'fetch.result': 'ok' }),
      fetched(300, { 'segment.chunked': true }),
    ),
  );
  expect(all(durations)).toEqual({ fetchSec: [], ttfbSec: [0.01], stallSec: [] });
});
