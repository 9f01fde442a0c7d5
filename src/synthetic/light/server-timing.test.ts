import { describe, expect, test } from 'vitest';
import { cacheOf, servedBy } from './server-timing.ts';

const trace = '00-9790da3c9326e21bc948639b410d7a36-80ee7a120926152c-01';

describe('what an origin says', () => {
  test.each([
    [
      'of its answer',
      `traceparent;desc="${trace}", at;desc="1795721766289.1"`,
      { traceparent: trace, atMs: 1795721766289.1 },
    ],
    ['without quotation marks', `publish;desc=${trace}`, { publish: trace }],
    ['beside others', `db;dur=53.2, cdn-cache;desc=HIT;dur=1, at ; desc="5"`, { atMs: 5 }],
  ])('%s', (_, header, expected) => expect(servedBy(header)).toEqual(expected));

  test.each([undefined, '', 'total;dur=3', 'traceparent', 'at;desc="soon"'])('nothing: %s', (header) =>
    expect(servedBy(header)).toBeUndefined());
});

test.each([
  ['cdn-cache;desc=HIT', 'hit'],
  ['edge;dur=1, CDN-Cache; desc="MISS"', 'miss'],
  ['edge;dur=1', 'unknown'],
  [undefined, 'unknown'],
])('the cache of %s: %s', (header, expected) => expect(cacheOf(header)).toBe(expected));
