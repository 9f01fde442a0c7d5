import { expect, test } from 'vitest';
import { benchmarksPage, benchText } from './page.ts';
import type { Goal, Result } from './result.ts';
import { isMet } from './result.ts';

const goal = (found: number, more: Partial<Goal> = {}): Goal => ({
  what: 'bodies',
  unit: 'KB',
  limit: 5,
  found,
  digits: 2,
  ...more,
});

const result = (goals: readonly Goal[]): Result => ({
  title: 'Playback',
  method: 'How it was done.',
  goals,
  tables: [
    {
      title: 'Sent',
      heads: ['', 'KB', 'requests'],
      rows: [
        ['Playscope', 4.567, 6],
        ['none', Number.NaN, ''],
      ],
    },
  ],
  date: '2026-01-02',
  machine: 'two cores',
  commit: 'abc1234',
});

test('a goal is compared as it is shown', () => {
  expect(isMet(goal(5.004))).toBe(true);
  expect(isMet(goal(5.006))).toBe(false);
  expect(isMet(goal(19_999.6, { limit: 20_000, atLeast: true, digits: 0 }))).toBe(true);
  expect(isMet(goal(19_998, { limit: 20_000, atLeast: true, digits: 0 }))).toBe(false);
});

test('what was not measured is no goal that is met', () => {
  expect(isMet(goal(Number.NaN))).toBe(false);
  expect(benchText(result([goal(Number.NaN)]))).toContain('not measured');
});

test('the page names all goals first, and by how much one is missed', () => {
  const page = benchmarksPage([result([goal(4.9), goal(6.25)])]);
  expect(page).toContain('### Goals: 1 of 2 are met');
  expect(page).toContain('| bodies | Playback | at most 5 KB | 4.9 KB | met |');
  expect(page).toContain('| bodies | Playback | at most 5 KB | 6.25 KB | **missed** by 1.25 KB |');
  expect(page.indexOf('Goals')).toBeLessThan(page.indexOf('## Playback'));
});

test('a table has numbers with three digits that count, and a dash for none', () => {
  const page = benchmarksPage([result([])]);
  expect(page).toContain('| Playscope | 4.57 | 6.00 |');
  expect(page).toContain('| none | – |  |');
});

test('what we make of it stands below the tables', () => {
  const page = benchmarksPage([{ ...result([]), notes: 'Why it is so.\n' }]);
  expect(page.indexOf('Why it is so.')).toBeGreaterThan(page.indexOf('| none |'));
});
