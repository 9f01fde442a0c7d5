import type { SpanContext } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import type { Outcome, Served } from '../core/events.ts';
import type { Fetched } from './joins.ts';
import { joins } from './joins.ts';

const own: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const context = (trace: string, span: string) => `00-${trace.repeat(32)}-${span.repeat(16)}-01`;
const at = 1_790_000_000_000;

function fetched(served: Served | undefined, more: Partial<Fetched> = {}, outcome: Partial<Outcome> = {}): Fetched {
  const told: Outcome = { result: 'ok', durationMs: 40, ttfbMs: 20, bytes: 1, cache: 'unknown', served, ...outcome };
  return {
    url: 'https://cdn.example/a.m4s',
    sentAt: 5000,
    aheadMs: at - 5000,
    outcome: told,
    own,
    carried: false,
    ...more,
  };
}
const spanIds = ({ links }: { links: readonly { context: SpanContext }[] }) =>
  links.map((link) => link.context.spanId[0]);
const fresh = { atMs: at + 10 };

test.each([
  ['own: the context travelled', { traceparent: context('a', '1'), ...fresh }, { carried: true }, 'own', []],
  ['own: it was not sent, and the answer is fresh', { traceparent: context('c', '1'), ...fresh }, {}, 'own', ['1']],
  [
    'collapsed: fresh, for somebody else',
    { traceparent: context('c', '1'), ...fresh },
    { carried: true },
    'collapsed',
    ['1'],
  ],
  ['none: nothing was said', undefined, {}, 'none', []],
  ['none: a publication is no answer', { publish: context('d', '2'), ...fresh }, {}, 'none', ['2']],
  ['none: nonsense was said', { traceparent: '00-zz-1-01' }, {}, 'none', []],
] as const)('%s', (_, served, more, grade, links) => {
  const join = joins()(fetched(served, more));
  expect(join.attributes['join.grade']).toBe(grade);
  expect(spanIds(join)).toEqual(links);
});

test('replayed: the answer is older than the request', () => {
  const join = joins();
  join(fetched({ traceparent: context('c', '1'), ...fresh }));
  const old = join(fetched({ traceparent: context('c', '3'), publish: context('d', '2'), atMs: at - 9000 }));
  expect(old.attributes).toEqual({ 'join.grade': 'replayed', 'clock.offset_ms': 0, 'clock.offset_error_ms': 10 });
  expect(spanIds(old)).toEqual(['3', '2']);
});

test('replayed: the same answer as before, or one from the cache of the browser', () => {
  const join = joins();
  const served = { traceparent: context('a', '1'), ...fresh };
  expect(join(fetched(served, { carried: true })).attributes['join.grade']).toBe('own');
  expect(join(fetched(served, { carried: true })).attributes['join.grade']).toBe('replayed');
  const local = join(fetched({ traceparent: context('c', '4'), ...fresh }, {}, { cache: 'local' }));
  expect(local.attributes['join.grade']).toBe('replayed');
});

test('fresh: it came at once, and the clock of the wall was read late for the one before', () => {
  const join = joins();
  const quick = (span: string, sentAt: number, lateMs: number) =>
    join(
      fetched(
        { traceparent: context('c', span), atMs: at + sentAt + 1 },
        { sentAt, aheadMs: at - lateMs },
        { durationMs: 2, ttfbMs: 1.5 },
      ),
    ).attributes;
  expect(quick('1', 5000, 7)).toMatchObject({ 'join.grade': 'own', 'clock.offset_ms': 7.25 });
  expect(quick('2', 7000, 0)).toMatchObject({ 'join.grade': 'own', 'clock.offset_ms': 0.25 });
});

test('each origin has its own clock, and a thousand of them take no room', () => {
  const join = joins();
  for (let host = 0; host < 1000; host++) {
    const url = `https://cdn${host}.example/a.m4s`;
    const { attributes } = join(fetched({ traceparent: context('c', '1'), atMs: at + host }, { url }));
    expect(attributes['clock.offset_ms']).toBe(host - 10);
  }
});
