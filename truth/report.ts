import type { Row } from './compare.ts';
import type { Tolerance } from './figures.ts';
import { figures } from './figures.ts';

export function tableText(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const all = [heads, ...lines];
  const widths = heads.map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const heads = ['figure', 'protocol', 'cases', 'tolerance', 'median error', 'worst error', 'held'];

function cells({ figure, protocol, cases, median, worst, held }: Row): string[] {
  const { title, tolerance } = figures[figure];
  return [
    title,
    protocol,
    String(cases),
    toleranceText(tolerance),
    ...[median, worst].map((error) => errorText(error, tolerance)),
    held ? 'held' : 'NOT HELD',
  ];
}

function toleranceText(tolerance: Tolerance): string {
  if (tolerance.kind === 'within') return `±${tolerance.most} ${tolerance.unit}`;
  return tolerance.kind === 'exact' ? 'exact' : `right in ${tolerance.least} %`;
}

function errorText(error: number, tolerance: Tolerance): string {
  if (tolerance.kind !== 'within') return `${error} wrong`;
  return `${error > 0 ? '+' : ''}${error.toFixed(1)} ${tolerance.unit}`;
}
