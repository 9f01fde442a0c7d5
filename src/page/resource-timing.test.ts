// Resource Timing is there in Node too, and fetch writes it: entries here are those of real requests, or written alike.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance as clock } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimTiming, observeResources } from './resource-timing.ts';

let watching: AbortController;
beforeEach(() => {
  watching = new AbortController();
  observeResources(watching.signal);
});
afterEach(() => {
  watching.abort();
  vi.unstubAllGlobals();
});

type Fields = Partial<Record<keyof PerformanceResourceTiming, unknown>>;

/** Delivers entries as a browser does whose numbers are these. */
function delivering(...entries: Fields[]) {
  watching.abort();
  let records = entries;
  class TestObserver {
    observe() {}
    disconnect() {}
    takeRecords() {
      return records.splice(0);
    }
  }
  records = entries.map((entry) => ({ name: 'https://cdn.example/a', startTime: 100, responseEnd: 200, ...entry }));
  vi.stubGlobal('PerformanceObserver', TestObserver);
  watching = new AbortController();
  observeResources(watching.signal);
}

const claim = (sentAt = 100, endedAt = 200) => claimTiming('https://cdn.example/a', sentAt, endedAt);
const whole = {
  domainLookupStart: 102,
  domainLookupEnd: 112,
  connectStart: 112,
  secureConnectionStart: 120,
  connectEnd: 140,
  requestStart: 141,
  responseStart: 180,
  responseEnd: 200,
  nextHopProtocol: 'h2',
  transferSize: 1300,
  decodedBodySize: 1000,
};

describe('a real request', () => {
  const server = createServer((_, response) => response.end('segment'));
  beforeAll(() => new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready)));
  afterAll(() => void server.close());

  test('is claimed once', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    const sentAt = clock.now();
    await (await fetch(url)).text();
    await vi.waitFor(() => expect(claimTiming(url, sentAt, clock.now()).phases?.wait).toBeGreaterThan(0));
    expect(claimTiming(url, sentAt, clock.now())).toEqual({});
  });
});

describe('phases', () => {
  test('of a new connection', () => {
    delivering(whole);
    expect(claim().phases).toEqual({ dns: 10, connect: 28, tls: 20, wait: 39, receive: 20, protocol: 'h2' });
  });

  test('of one that was there: absent, not 0', () => {
    delivering({
      ...whole,
      domainLookupStart: 100,
      domainLookupEnd: 100,
      connectStart: 100,
      connectEnd: 100,
      secureConnectionStart: 0,
    });
    const { phases = {} } = claim();
    expect(Object.entries(phases).filter(([, value]) => value !== undefined)).toEqual([
      ['wait', 39],
      ['receive', 20],
      ['protocol', 'h2'],
    ]);
  });

  test('without Timing-Allow-Origin the end alone is known, the cache neither', () => {
    delivering({ requestStart: 0, responseStart: 0, transferSize: 0, decodedBodySize: 0 });
    expect(claim()).toEqual({ lastByteAt: 200 });
  });

  test('the first byte and the last have their instants', () => {
    delivering(whole);
    expect(claim()).toMatchObject({ firstByteAt: 180, lastByteAt: 200 });
  });

  test('a request that was sent and never answered has no first byte', () => {
    delivering({ ...whole, responseStart: 0 });
    expect(claim().firstByteAt).toBeUndefined();
  });
});

describe('cache', () => {
  const cdn = (description: string) => ({ serverTiming: [{ name: 'cdn-cache', description }] });
  test.each([
    ['the browser', { transferSize: 0 }, 'local'],
    ['the network', {}, undefined],
    ['a CDN that says HIT', cdn('HIT'), 'hit'],
    ['a CDN that says MISS', cdn('MISS'), 'miss'],
    ['an empty answer', { transferSize: 0, decodedBodySize: 0 }, undefined],
  ])('%s', (_, more, cache) => {
    delivering({ ...whole, ...more });
    expect(claim().cache).toBe(cache);
  });
});

describe('which entry', () => {
  test('of retries of one URL, that of the time', () => {
    delivering({ ...whole, startTime: 50, responseEnd: 90 }, { ...whole, responseStart: 150 });
    expect(claim(100, 205).phases?.wait).toBe(9);
  });

  test('none that began before it was sent or ended after its end', () => {
    delivering({ ...whole, startTime: 98 });
    expect(claim()).toEqual({});
    delivering({ ...whole, responseEnd: 251 });
    expect(claim()).toEqual({});
  });

  test('none of another URL', () => {
    delivering({ ...whole, name: 'https://cdn.example/b' });
    expect(claim()).toEqual({});
  });

  test('the last 64 are kept', () => {
    const crowd = Array.from({ length: 64 }, (_, index) => ({ ...whole, name: `https://cdn.example/${index}` }));
    delivering(whole, ...crowd);
    expect(claim()).toEqual({});
  });
});

test('it stops when the last one stops listening', () => {
  const other = new AbortController();
  delivering(whole);
  observeResources(other.signal);
  watching.abort();
  expect(claim()).not.toEqual({});
  other.abort();
  delivering();
  expect(claim()).toEqual({});
});

test('where there is no observer, and where it may not observe, nothing is known', () => {
  watching.abort();
  vi.stubGlobal('PerformanceObserver', undefined);
  observeResources(new AbortController().signal);
  expect(claim()).toEqual({});
});
