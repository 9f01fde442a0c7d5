import { expect, test } from 'vitest';
import { readRule } from './rule.ts';

test('a whole order is taken as it is', () => {
  const order = { match: '/live/', effect: 'delay', value: 250, count: 2, durationMs: 5000 };
  expect(readRule(order)).toEqual(order);
});

test.each([
  [[], 'body: expected a JSON object, received []'],
  [null, 'body: expected a JSON object, received null'],
  [{ effect: 'hang' }, 'match: expected a glob or a part of the path, received nothing'],
  [
    { match: 'seg', effect: 'slow' },
    'effect: expected one of delay, throttle, status, truncate, hang, stale, late, slow-mux, slow-encrypt, slow-upload, slow-manifest, drop-frames, received "slow"',
  ],
  [
    { match: 'seg', effect: 'toString' },
    'effect: expected one of delay, throttle, status, truncate, hang, stale, late, slow-mux, slow-encrypt, slow-upload, slow-manifest, drop-frames, received "toString"',
  ],
  [{ match: 'seg', effect: 'delay' }, 'value: expected milliseconds from 0 to 600000 (delay), received nothing'],
  [{ match: 'seg', effect: 'throttle', value: 0 }, 'value: expected bytes per second from 1 (throttle), received 0'],
  [
    { match: 'seg', effect: 'status', value: 99 },
    'value: expected an HTTP status from 200 to 599 (status), received 99',
  ],
  [
    { match: 'seg', effect: 'truncate', value: 2 },
    'value: expected a share of the body from 0 to 1 (truncate), received 2',
  ],
  [{ match: 'seg', effect: 'hang', value: 1 }, 'value: expected nothing (hang), received 1'],
  [{ match: 'seg', effect: 'hang', count: 1.5 }, 'count: expected a whole number from 1, received 1.5'],
  [
    { match: 'seg', effect: 'hang', durationMs: '8 s' },
    'durationMs: expected milliseconds above 0, up to a day, received "8 s"',
  ],
  [
    { match: 'seg', effect: 'hang', times: 1 },
    'times: expected one of match, effect, value, count, durationMs, received an unknown field',
  ],
])('%j: %s', (body, sentence) => {
  expect(readRule(body)).toBe(sentence);
});
