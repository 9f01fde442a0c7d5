import type { Goal, Result, Table } from './result.ts';
import { isMet } from './result.ts';

/** With what we make of it, in Markdown. */
type Noted = Result & { readonly notes?: string | undefined };

/** The page docs/benchmarks.md: what of the benches there is, the goals of all of them first. */
export function benchmarksPage(results: readonly Noted[]): string {
  const goals = results.flatMap(({ title, goals }) => goals.map((goal) => ({ title, goal })));
  const missed = goals.filter(({ goal }) => !isMet(goal)).length;
  const rows = goals.map(
    ({ title, goal }) => [goal.what, title, limitOf(goal), amount(goal, goal.found), verdict(goal)] as const,
  );
  return `# What Playscope costs, beside its peers

\`npm run bench\` measures all of this and writes this page; \`npm run bench:NAME\` measures one part anew. Times compare within one
run only: machines differ, and are shared.

${markdown({ title: `Goals: ${goals.length - missed} of ${goals.length} are met`, heads: ['goal', 'part', 'limit', 'found', ''], rows })}
${results.map(section).join('\n')}`;
}

/** The tables and goals of a bench for a terminal. */
export function benchText({ tables, goals }: Pick<Result, 'tables' | 'goals'>): string {
  const rows = goals.map((goal) => [goal.what, limitOf(goal), amount(goal, goal.found), verdict(goal)] as const);
  const all = [...tables, ...(rows.length ? [{ title: 'Goals', heads: ['goal', 'limit', 'found', ''], rows }] : [])];
  return all.map(plain).join('\n\n');
}

function section({ title, method, tables, date, machine, commit, notes }: Noted): string {
  return `## ${title}

${method}

${tables.map(markdown).join('\n')}${notes ? `\n${notes}` : ''}
Measured on ${date} at ${commit} on ${machine}.
`;
}

function markdown({ title, heads, rows }: Table): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `|${heads.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`;
  return `### ${title}\n\n${[line(heads), rule, ...rows.map(line)].join('\n')}\n`;
}

function plain({ title, heads, rows }: Table): string {
  const lines = [heads, ...rows].map((row) => row.map(cell));
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const texts = lines.map((line) =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...texts].join('\n');
}

const cell = (value: string | number) => (typeof value === 'number' ? shown(value) : value);

/** Three digits that count, as no more of them repeat. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', {
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: Math.min(digits, 2),
  });
}

function amount({ unit, digits = 1 }: Goal, value: number): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`.trim();
}

function limitOf(goal: Goal): string {
  return `${goal.atLeast ? 'at least' : 'at most'} ${amount(goal, goal.limit)}`;
}

/** Whether it is met, or by how much not. */
function verdict(goal: Goal): string {
  if (isMet(goal)) return 'met';
  if (!Number.isFinite(goal.found)) return 'not measured';
  const by = Math.abs(goal.found - goal.limit);
  return `**missed** by ${amount(goal, by)}`;
}
