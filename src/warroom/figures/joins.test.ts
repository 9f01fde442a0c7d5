import { expect, test } from 'vitest';
import { joinShares } from './joins.ts';

test('shares of the fetches, without the grades that do not occur', () => {
  expect(joinShares({ fetches: 20, grades: { own: 15, replayed: 4, collapsed: 0, none: 1 } })).toEqual([
    { grade: 'own', share: 0.75 },
    { grade: 'replayed', share: 0.2 },
    { grade: 'none', share: 0.05 },
  ]);
  expect(joinShares({ fetches: 0, grades: { own: 0, replayed: 0, collapsed: 0, none: 0 } })).toEqual([]);
});
