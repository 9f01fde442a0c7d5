import { expect, test } from 'vitest';
import { traceOf, withoutTrace, withTrace } from './trace-query.ts';

const context = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

test.each([
  'https://cdn.example/live/a.m4s',
  'https://cdn.example/live/a.m4s?token=a%2Fb&x',
  '/live/a.m3u8?_HLS_msn=7&_HLS_part=1',
  'a.m4s#t=1',
  'a.m4s?a=1#t=1',
  'a.m4s?',
])('a context goes in and out of %s, and the rest stays to the letter', (url) => {
  const carrying = withTrace(url, context);
  expect(traceOf(carrying)).toBe(context);
  expect(withoutTrace(carrying).replace(/\?(?=#|$)/, '')).toBe(url.replace(/\?(?=#|$)/, ''));
  expect(carrying.split('#')[1]).toBe(url.split('#')[1]);
});

test('another attempt has another context, once', () => {
  const again = withTrace(withTrace('a.m4s?x=1', context), context.replaceAll('a', 'c'));
  expect(again).toBe(`a.m4s?x=1&playscope-traceparent=00-${'c'.repeat(32)}-${'b'.repeat(16)}-01`);
});

test('parameters around it stay', () => {
  expect(withoutTrace(`a?x=1&playscope-traceparent=${context}&y=2#z`)).toBe('a?x=1&y=2#z');
  expect(withoutTrace(`a?playscope-traceparent=${context}&y=2`)).toBe('a?y=2');
});

test('without one there is none', () => {
  expect(traceOf('a.m4s?not-playscope-traceparent=1')).toBeUndefined();
  expect(withoutTrace('a.m4s?x=1')).toBe('a.m4s?x=1');
});
