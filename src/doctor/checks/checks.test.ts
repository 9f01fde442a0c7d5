import { expect, test } from 'vitest';
import type { Answer, StreamFacts, TargetFacts } from '../facts.ts';
import { cacheKey } from './cache-key.ts';
import { clockAhead } from './clock.ts';
import { codecs } from './codecs.ts';
import { cors } from './cors.ts';
import { programDateTime } from './program-date-time.ts';
import { queryParameter } from './query-parameter.ts';
import { serverTiming } from './server-timing.ts';
import { whyRefused } from './traceparent-header.ts';
import { whep } from './whep.ts';

const page = 'https://tv.example';
const url = 'https://cdn.example/seg-1.m4s';
const answer = (headers: Record<string, string> = {}, status = 200): Answer => ({
  ...{ status, headers, sentMs: 0, receivedMs: 10 },
});
const cache = (word: string) => answer({ 'x-cache': word });
const facts = (more: Partial<TargetFacts>): TargetFacts => ({
  ...{ role: 'segment', url, bare: [answer(), answer()], withQuery: answer() },
  inPage: { bare: { status: 200, isTimed: true }, withHeader: { status: 200 } },
  ...more,
});

test.each<[string, Record<string, string>, number, string]>([
  ['status', {}, 403, 'OPTIONS answers 403'],
  ['no origin', {}, 204, 'no Access-Control-Allow-Origin'],
  ['another origin', { 'access-control-allow-origin': 'https://a.example' }, 204, 'https://a.example is not'],
  [
    'header',
    { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'Range' },
    200,
    'without traceparent',
  ],
])('why a preflight is refused: %s', (_, headers, status, why) => {
  expect(whyRefused(answer(headers, status), page)).toContain(why);
});

test('a page cannot read what is http, or what allows another one', () => {
  expect(cors({}, answer(), 'http://cdn.example/', page).said).toBe('http, which browsers keep from https pages');
  expect(cors({}, answer(), 'http://localhost:1/', page).said).toBe('no Access-Control-Allow-Origin');
  const other = answer({ 'access-control-allow-origin': 'https://a.example' });
  expect(cors({}, other, url, page).said).toBe(`Access-Control-Allow-Origin: https://a.example is not ${page}`);
});

test('a cache key with the parameter: hits without it, misses with each value', () => {
  const bare = [cache('MISS'), cache('HIT')] as const;
  const missed = { bare, withQuery: cache('MISS'), withOtherQuery: cache('MISS'), bareAgain: cache('HIT') };
  expect(cacheKey(facts(missed))?.verdict).toBe('fix');
  // The copy ran out just then, and the next value found the new one.
  expect(cacheKey(facts({ ...missed, withOtherQuery: cache('HIT') }))?.verdict).toBe('ok');
  // It ran out for good.
  expect(cacheKey(facts({ ...missed, bareAgain: cache('MISS') }))?.verdict).toBe('ok');
  expect(cacheKey(facts({ bare: [cache('MISS'), cache('MISS')] }))?.said).toBe('no cache keeps it');
  expect(cacheKey(facts({}))?.verdict).toBe('note');
});

test('a refused parameter is nothing to mend where players add none, or where the object is gone', () => {
  const refused = { withQuery: answer({}, 403), bareAgain: answer() };
  expect(queryParameter(facts(refused))?.verdict).toBe('fix');
  expect(queryParameter(facts({ ...refused, url: `${url}?sig=1` }))?.verdict).toBe('note');
  expect(queryParameter(facts({ ...refused, bareAgain: answer({}, 404) }))).toBeUndefined();
});

test('Server-Timing by its parts', () => {
  const context = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const said = (header?: string) =>
    serverTiming(facts({ bare: [answer(header ? { 'server-timing': header } : {}), answer()] }));
  expect(said()).toMatchObject({ verdict: 'fix', said: 'no Server-Timing' });
  expect(said('cdn;dur=1')).toMatchObject({ verdict: 'fix', said: 'Server-Timing without traceparent' });
  expect(said(`traceparent;desc="${context}"`)).toMatchObject({ verdict: 'fix', said: 'Server-Timing without at' });
  expect(said(`traceparent;desc="${context}", at;desc="1.0"`)?.verdict).toBe('note');
  expect(said(`traceparent;desc="${context}", publish;desc="${context}", at;desc="1.0"`)?.verdict).toBe('ok');
});

test('an origin whose clock is ahead is told even behind a cache; one that is behind may be an old answer', () => {
  const at = (ms: number) => ({
    ...answer({ 'server-timing': `at;desc="${ms}"` }),
    sentMs: 90_000,
    receivedMs: 90_010,
  });
  expect(clockAhead([at(95_000)])?.said).toMatch(/^5\.0 s ahead/);
  expect(clockAhead([at(85_000)])).toBeUndefined();
});

test('a browser has to play one rendition of each kind', () => {
  const renditions: StreamFacts['renditions'] = [
    { kind: 'video', codecs: ['hvc1'] },
    { kind: 'video', codecs: ['avc1'] },
    { kind: 'audio', codecs: ['ac-3'] },
  ];
  const of = (unplayable: string[]) => codecs({ renditions, unplayable }, 'chromium').verdict;
  expect([of([]), of(['hvc1']), of(['hvc1', 'avc1']), of(['ac-3'])]).toEqual(['ok', 'note', 'fix', 'fix']);
  expect(codecs({ renditions: [], unplayable: [] }, 'chromium').verdict).toBe('note');
});

test('live HLS without dates has no live latency', () => {
  expect(programDateTime({ renditions: [], unplayable: [], hasDates: false })?.missing).toEqual(['live latency']);
  expect(programDateTime({ renditions: [], unplayable: [] })).toBeUndefined();
});

test('WHEP: a refused offer is health, a preflight without content-type is not', () => {
  const open = { 'access-control-allow-origin': '*' };
  const look = (inPage: { status?: number }, bare: Answer, preflight: Answer) =>
    whep({ url, inPage: { bare: inPage, withHeader: inPage }, bare, preflight }, page).map(
      (each) => each && `${each.check} ${each.verdict}`,
    );
  const exposed = { ...open, 'access-control-expose-headers': 'ETag, Location' };
  expect(look({ status: 400 }, answer(exposed, 400), answer(open, 204))).toEqual([
    'cors ok',
    'traceparent-header ok',
    'location ok',
  ]);
  expect(look({ status: 400 }, answer(open, 400), answer(open, 204)).at(-1)).toBe('location note');
  expect(look({}, answer(open, 400), answer(open, 204))).toEqual(['cors fix', undefined, undefined]);
  expect(look({ status: 405 }, answer(open, 405), answer(open, 204))).toEqual(['reach fix']);
});
