import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../core/events.ts';
import { observeResources } from '../page/resource-timing.ts';
import type { Ended } from './attempts.ts';
import { attempts } from './attempts.ts';
import { testWatch } from './contract.ts';

const url = 'https://cdn.example/7.m4s';

beforeEach(() => vi.stubGlobal('document', { baseURI: 'https://site.example/watch' }));
afterEach(() => vi.unstubAllGlobals());

function log() {
  const told = testWatch();
  const { start, end } = attempts({ ...told.watch, now: () => 500 });
  const ended = (outcome: Partial<Ended>, at = url) => {
    const request = start({ objectType: 'video', url: at }, 100);
    end(request, 100, { result: 'ok', bytes: 0, ...outcome });
    return { request, outcome: told.of('request').at(-1)?.outcome as Outcome };
  };
  return { ...told, start, ended };
}

/** Hands out what the browser knows of one request. */
function knowing(entry: Partial<PerformanceResourceTiming>) {
  class TestObserver {
    observe() {}
    disconnect() {}
    takeRecords() {
      return [{ name: url, startTime: 100, requestStart: 0, ...entry }];
    }
  }
  vi.stubGlobal('PerformanceObserver', TestObserver);
  const observing = new AbortController();
  observeResources(observing.signal);
  return () => observing.abort();
}

test('each attempt is told twice, with a number of its own and a whole address', () => {
  const { ended, of } = log();
  const first = ended({ endedAt: 340 }, '/live/7.m4s').request;
  const second = ended({}, '/live/8.m4s').request;
  expect(of('request').map(({ at, outcome }) => [at, outcome?.durationMs])).toEqual([
    [100, undefined],
    [340, 240],
    [100, undefined],
    [500, 400],
  ]);
  expect(first.url).toBe('https://site.example/live/7.m4s');
  expect(second.id).not.toBe(first.id);
});

describe('retries', () => {
  const failed = { result: 'failed' } as const;

  test('are counted by what is asked for, until it comes or is given up', () => {
    const { ended } = log();
    const retries = [failed, failed, {}, failed, { result: 'aborted' }, {}] as const;
    expect(retries.map((outcome) => ended(outcome).request.retry)).toEqual([0, 1, 2, 0, 1, 0]);
    ended(failed);
    expect(ended({}, 'https://cdn.example/8.m4s').request.retry).toBe(0);
  });

  test('are counted under CMCD too, which is in the address and never the same', () => {
    const { ended } = log();
    ended(failed, `${url}?a=1&CMCD=bl%3D2000`);
    expect(ended(failed, `${url}?a=1&CMCD=bl%3D0%2Cbs`).request.retry).toBe(1);
    expect(ended({}, `${url}?a=2&CMCD=bl%3D0`).request.retry).toBe(0);
  });

  test('of the oldest of too many objects are forgotten', () => {
    const { ended } = log();
    for (let object = 0; object < 65; object++) ended(failed, `https://cdn.example/${object}`);
    expect(ended({}, 'https://cdn.example/0').request.retry).toBe(0);
    expect(ended({}, 'https://cdn.example/1').request.retry).toBe(1);
  });
});

test.each<[string, Partial<Ended>, string | undefined]>([
  ['an HTTP status', { status: 404, ttfbMs: 10 }, 'http_404'],
  ['nothing at all', {}, 'connection_failed'],
  ['a first byte and no more', { ttfbMs: 10 }, 'connection_lost'],
  ['a good status and no more', { status: 200 }, 'connection_lost'],
  ['what the player says', { status: 200, errorType: 'timeout' }, 'timeout'],
])('a failure is of the class that is known: by %s', (_, seen, errorType) => {
  const { ended } = log();
  expect(ended({ result: 'failed', ...seen }).outcome.errorType).toBe(errorType);
});

test.each(['ok', 'aborted'] as const)('%s is of no class of failure', (result) => {
  expect(log().ended({ result, status: 404 }).outcome.errorType).toBeUndefined();
});

describe('what the browser knows', () => {
  test('ends a success when its last byte came, not when a busy page heard of it', () => {
    const forget = knowing({ responseEnd: 300 });
    expect(log().ended({}).outcome.durationMs).toBe(200);
    forget();
  });

  test('does not end what broke off', () => {
    const forget = knowing({ responseEnd: 300 });
    expect(log().ended({ result: 'failed' }).outcome.durationMs).toBe(400);
    forget();
  });

  test('is where the time of the first byte and the status come from, unless the player knows the status', () => {
    const forget = knowing({ requestStart: 120, responseStart: 180, responseEnd: 300, responseStatus: 206 });
    const { ended } = log();
    expect(ended({ ttfbMs: 95 }).outcome).toMatchObject({ ttfbMs: 80, status: 206 });
    expect(ended({ status: 200 }).outcome.status).toBe(200);
    forget();
  });

  test('or else the player tells: no cache, no phases', () => {
    expect(log().ended({ ttfbMs: 95 }).outcome).toMatchObject({ ttfbMs: 95, cache: 'unknown', phases: undefined });
  });
});
