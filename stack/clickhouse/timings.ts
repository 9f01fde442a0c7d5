/** How long each query of production takes, on what is in the engine. */
import type { Question } from './answers.ts';
import { asked, parametersOf } from './answers.ts';
import type { Engine } from './engine.ts';
import { sqlFiles } from './engine.ts';

export type Timing = {
  readonly query: string;
  readonly medianMs: number;
  readonly slowestMs: number;
  readonly rowsRead: number;
};

const runs = 9;

/** @param only queries by name; default all. */
export async function timings(engine: Engine, question: Question, only?: readonly string[]): Promise<Timing[]> {
  const parameters = parametersOf(question);
  const all: Timing[] = [];
  for (const query of only ?? Object.keys(sqlFiles('queries'))) {
    const times: { ms: number; rowsRead: number }[] = [];
    for (let run = 0; run < runs; run += 1) times.push(await engine.time(...asked(query, parameters)));
    times.sort((a, b) => a.ms - b.ms);
    const [median, slowest] = [times[Math.floor(runs / 2)], times.at(-1)];
    if (median && slowest) all.push({ query, medianMs: median.ms, slowestMs: slowest.ms, rowsRead: median.rowsRead });
  }
  return all;
}

/** As a table of the guide. */
export function timingTable(all: readonly Timing[]): string {
  const rows = all.map(
    ({ query, medianMs, slowestMs, rowsRead }) =>
      `| ${query} | ${rowsRead.toLocaleString('en')} | ${medianMs.toFixed(0)} ms | ${slowestMs.toFixed(0)} ms |`,
  );
  return ['| query | rows read | median | slowest of nine |', '|---|---:|---:|---:|', ...rows].join('\n');
}
