import { expect, test } from 'vitest';
import { readServerTiming } from './server-timing.ts';

const context = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

test('its entries beside those of others, quoted or not, the first of a name', () => {
  const header = `cdn-cache;desc=HIT, traceparent;desc="${context}", at;desc="1790000000123.4", at;desc="1"`;
  expect(readServerTiming(header)).toEqual({ traceparent: context, publish: undefined, atMs: 1790000000123.4 });
  expect(readServerTiming(`publish;dur=1;desc=${context}`)?.publish).toBe(undefined);
});

test('nothing of what is no context, and undefined without a header', () => {
  expect(readServerTiming('traceparent;desc="soon", at;desc="soon"')).toEqual({});
  expect(readServerTiming(undefined)).toBeUndefined();
});
