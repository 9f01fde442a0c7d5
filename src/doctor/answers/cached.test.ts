import { expect, test } from 'vitest';
import type { Answer } from '../facts.ts';
import { isCached } from './cached.ts';

const answer = (headers: Record<string, string>): Answer => ({ status: 200, headers, sentMs: 0, receivedMs: 0 });
const span = (digit: string) => ({
  'server-timing': `cdn;dur=1, traceparent;desc="00-${digit.repeat(32)}-${digit.repeat(16)}-01"`,
});

test.each<[Record<string, string>, boolean | undefined]>([
  [{ 'cache-status': 'OriginCache; hit; ttl=1100, "CDN"; fwd=uri-miss' }, true],
  [{ 'cache-status': 'CDN; fwd=uri-miss; stored' }, false],
  [{ 'x-cache': 'Hit from cloudfront' }, true],
  [{ 'x-cache': 'RefreshHit from cloudfront' }, true],
  [{ 'x-cache': 'Miss from cloudfront', age: '3' }, false],
  [{ 'x-cache': 'MISS, HIT' }, true],
  [{ 'x-cache': 'TCP_MEM_HIT from a23' }, true],
  [{ 'x-cache': 'TCP_MISS from a23' }, false],
  [{ 'cf-cache-status': 'DYNAMIC' }, false],
  [{ 'cf-cache-status': 'REVALIDATED' }, true],
  [{ 'x-cache-status': 'EXPIRED' }, false],
  [{ age: '12' }, true],
  [{ age: '0' }, undefined],
  [{}, undefined],
])('%j: %s', (headers, expected) => {
  expect(isCached(answer(headers), [])).toBe(expected);
});

test('an origin that says the same span twice was asked once', () => {
  expect(isCached(answer(span('a')), [answer(span('a'))])).toBe(true);
  expect(isCached(answer(span('b')), [answer(span('a'))])).toBe(false);
});
