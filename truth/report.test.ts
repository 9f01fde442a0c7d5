import { expect, test } from 'vitest';
import type { Row } from './compare.ts';
import { accuracyPage, tableText } from './report.ts';

const rows: Row[] = [
  {
    figure: 'startup',
    protocol: 'hls',
    browser: 'chromium',
    cases: 8,
    median: -0.04,
    worst: 31.26,
    held: true,
    wrong: [],
  },
  {
    figure: 'fetchBytes',
    protocol: 'dash',
    browser: 'firefox',
    cases: 40,
    median: 0,
    worst: 2,
    held: false,
    wrong: [],
  },
];

test('a row says what was compared, how far it may be off and how far it was', () => {
  const [, first, second] = tableText(rows).split('\n');
  expect(first?.split(/ {2,}/)).toEqual([
    'startup duration',
    'hls',
    'Chromium',
    '8',
    '±100 ms',
    '0.0 ms',
    '+31.3 ms',
    'held',
  ]);
  expect(second?.split(/ {2,}/)).toEqual(['fetch bytes', 'dash', 'Firefox', '40', 'exact', '0', '2', 'NOT HELD']);
});

test('the page has the rows, what was measured with, and the limits of what was measured', () => {
  const page = accuracyPage(rows, {
    machine: '2 cores',
    browsers: ['Chromium 1', 'Firefox 2'],
    players: ['hls.js 1', 'dash.js 5'],
    date: '2026-01-02',
  });
  expect(page).toContain('| startup duration | hls | Chromium | 8 | ±100 ms | 0.0 ms | +31.3 ms | held |');
  expect(page).toContain(
    'on 2026-01-02 by `npm run truth` with hls.js 1 and dash.js 5 in Chromium 1 and Firefox 2 on 2 cores',
  );
  expect(page).toContain('- Of an answer that broke off');
  expect(page).not.toContain('Keys are withheld');
});
