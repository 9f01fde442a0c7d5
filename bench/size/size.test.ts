// The gate: what was reached once is not lost unseen. The limits are in limits.json, gzip bytes.
import { expect, test } from 'vitest';
import limits from './limits.json' with { type: 'json' };
import { sizes } from './sizes.ts';

const found = await sizes();

test.each(Object.entries(limits))('%s is at most %i bytes', (name, limit) => {
  expect(found[name as keyof typeof limits].gzip).toBeLessThanOrEqual(limit);
});
