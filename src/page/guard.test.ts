import { expect, test } from 'vitest';
import { guard } from './guard.ts';

const fail = () => {
  throw new Error('broken');
};

test('a result passes through', async () => {
  const safe = guard();
  expect(safe((a: number, b: number) => a + b)(1, 2)).toBe(3);
  expect(await safe(async () => 'later')()).toBe('later');
});

test('exceptions and rejections become undefined and are told', async () => {
  const faults: unknown[] = [];
  const safe = guard((error) => faults.push(error));
  expect(safe(fail)()).toBeUndefined();
  expect(await safe(async () => fail())()).toBeUndefined();
  // A thenable that is no native promise, as with a replaced Promise.
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
  const thenable = { then: (_: unknown, no: (error: unknown) => void) => no(new Error('foreign')) };
  safe(() => thenable)();
  expect(faults.map(String)).toEqual(['Error: broken', 'Error: broken', 'Error: foreign']);
});

test('gives up once, at the limit, over all functions together', () => {
  const gaveUp: unknown[] = [];
  const safe = guard(fail, (error) => gaveUp.push(error), 3);
  const first = safe(fail);
  const second = safe(fail);
  first();
  second();
  expect(gaveUp).toHaveLength(0);
  first();
  second();
  expect(gaveUp).toHaveLength(1);
});

test('a failing report or giving up stays inside', () => {
  expect(() => guard(fail, fail, 1)(fail)()).not.toThrow();
});
