import type { Result } from './carry-out.ts';

const heads = ['drill', 'fault', 'fires', 'limit', 'clears', 'limit', 'implies', 'others', ''];

/** The results for a terminal. */
export function tableOf(results: readonly Result[]): string {
  const rows = [heads, ...results.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

function cellsOf({ drill, fireSec, fireLimitSec, clearSec, clearLimitSec, others, passed }: Result): string[] {
  const seconds = (sec: number | null) => (sec === null ? 'never' : `${sec.toFixed(1)} s`);
  return [
    ...[drill.alert, drill.fault],
    ...[seconds(fireSec), `${fireLimitSec} s`, seconds(clearSec), `${clearLimitSec} s`],
    ...[drill.implies.join(', ') || 'none', others.join(', ') || 'none', passed ? 'passed' : 'FAILED'],
  ];
}
