import { expect, test } from 'vitest';
import { propagation } from './propagation.ts';

const page = 'https://site.example';
const same = `${page}/live/a.m3u8`;
const cdn = 'https://cdn.example/live/a.ts';
const answer = (finalUrl: string, injected = false) => ({ finalUrl, injected, refused: false });
const refused = (injected: boolean) => ({ refused: true, injected });

test('no header before an answer without one has shown that the origin keeps to itself', () => {
  const propagates = propagation('same-origin', page);
  expect(propagates.allows(same)).toBe(false);
  propagates.answered(same, answer(same));
  expect(propagates.allows(`${page}/live/b.ts`)).toBe(true);
});

test('an origin that redirects to one that is not allowed gets none, and loses it', () => {
  const propagates = propagation('same-origin', page);
  propagates.answered(same, answer(cdn));
  expect(propagates.allows(same)).toBe(false);
  propagates.answered(same, answer(same));
  propagates.answered(same, answer(cdn));
  expect(propagates.allows(same)).toBe(false);
});

test('a redirect between allowed origins is fine', () => {
  const propagates = propagation([page, 'https://cdn.example'], page);
  propagates.answered(same, answer(cdn));
  expect(propagates.allows(same)).toBe(true);
});

test('one request that failed with the header ends it for that origin, for good', () => {
  const propagates = propagation([page, 'https://cdn.example'], page);
  propagates.answered(same, answer(same));
  propagates.answered(cdn, answer(cdn));
  propagates.answered(cdn, refused(true));
  propagates.answered(cdn, answer(cdn));
  expect(propagates.allows(cdn)).toBe(false);
  expect(propagates.allows(same)).toBe(true);
});

test('a failure without the header says nothing about it', () => {
  const propagates = propagation('same-origin', page);
  propagates.answered(same, answer(same));
  propagates.answered(same, refused(false));
  expect(propagates.allows(same)).toBe(true);
});

test.each([
  ['off', same],
  ['same-origin', cdn],
  [[page], cdn],
  [['https://cdn.example'], same],
  [['https://cdn.example:8443'], cdn],
] as const)('%s never sends to %s', (propagate, url) => {
  const propagates = propagation(propagate, page);
  propagates.answered(url, answer(url));
  expect(propagates.allows(url)).toBe(false);
});

test('a page without an origin has no same origin', () => {
  const propagates = propagation('same-origin', 'null');
  const key = 'data:text/plain,x';
  propagates.answered(key, answer(key));
  expect(propagates.allows(key)).toBe(false);
});
