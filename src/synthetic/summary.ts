import { figures } from './figures.ts';
import { shownAs } from './quantities.ts';
import type { WatchReport } from './report.ts';

type Styles = { good(text: string): string; bad(text: string): string; dim(text: string): string };

const quantiles = ['p50', 'p95', 'p99', 'max'];

/** The table at the end, for people: figures that were seen, expectations, and what was the matter with whom. */
export function summaryOf(report: WatchReport, { good, bad, dim }: Styles): string {
  const { url, protocol, plan, durationSec, expectations, viewers, verdict, problem } = report;
  const kinds = [
    plan.viewers > 0 ? `${plan.viewers} in ${plan.browser}` : '',
    plan.light > 0 ? `${plan.light} without a browser` : '',
  ];
  const under = [plan.network ? `network ${plan.network}` : '', plan.cpu ? `processor ${plan.cpu} times slower` : ''];
  const head = [`${protocol} for ${Math.round(durationSec)} s`, ...kinds, ...under].filter(Boolean).join(', ');
  const width = Math.max(...expectations.map(({ text }) => text.length));
  const judged = expectations.map(({ text, holds, value, figure }) => {
    const seen = shownAs(figures[figure]?.unit ?? 'count', value);
    return `  ${holds ? good('✓') : bad('✗')} ${text.padEnd(width)}  ${dim(seen)}`;
  });
  const troubled = viewers.filter((viewer) => viewer.problem !== null);
  const told = troubled.slice(0, 5).map(({ number, problem: what }) => `  viewer ${number}: ${what}`);
  const more = troubled.length > told.length ? [`  and ${troubled.length - told.length} more`] : [];
  const blocks = [[`${url}`, dim(head)], tableOf(report), judged, [...told, ...more]];
  const last = problem ?? (expectations.length === 0 ? '' : verdict === 'passed' ? 'All expectations hold.' : '');
  const failed = expectations.filter(({ holds }) => !holds).length;
  const sentence = last || (failed > 0 ? `${failed} of ${expectations.length} expectations do not hold.` : '');
  return [...blocks.filter((block) => block.length > 0).map((block) => block.join('\n')), sentence]
    .filter(Boolean)
    .join('\n\n');
}

/** Figures with quantiles have a line with their four, the others one each; those that nobody saw have none. */
function tableOf({ figures: values }: WatchReport): string[] {
  const names = [...new Set(Object.keys(figures).map((name) => name.replace(/\.(p\d+|max)$/, '')))];
  const rows = names.flatMap((name) => {
    const unit = (figures[name] ?? figures[`${name}.p50`])?.unit ?? 'count';
    const shown = (key: string) => shownAs(unit, values[key] ?? null);
    if (figures[name]) return values[name] === null ? [] : [[name, shown(name)]];
    const keys = quantiles.map((which) => `${name}.${which}`);
    return keys.every((key) => values[key] === null) ? [] : [[name, '', ...keys.map(shown)]];
  });
  const table = [['', '', ...quantiles], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .replace(/^/, '  ')
      .trimEnd(),
  );
}
