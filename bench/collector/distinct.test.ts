import { expect, test } from 'vitest';
import { distinct } from './distinct.ts';

test('every session counts, over more than one request', async () => {
  const { sent, counted } = await distinct(2500);
  expect({ sent, counted }).toEqual({ sent: 2500, counted: 2500 });
});
