/** The SQL of deploy/scale/clickhouse on the real engine, with an evening of which everything is known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../table.ts';
import type { Question } from './answers.ts';
import { answerRows } from './answers.ts';
import { arrivalRows } from './arrivals.ts';
import { insertCosts, sizes } from './costs.ts';
import { counting, crowdedRows } from './crowded.ts';
import { startEngine } from './engine.ts';
import { fillEvening, replay, thisEvening } from './evening.ts';
import { clockRows, lateCopyRows, lifetimeRows, retryRows } from './keeping.ts';
import { quantileRows } from './quantiles.ts';
import { timings, timingTable } from './timings.ts';
import { viewRows } from './views.ts';

const minuteMs = 60_000;

export type Options = {
  /** How many sessions the evening has; 40,000 make 1.8 million rows of metrics. */
  readonly sessions: number;
  /** How many times as many the queries are timed with in the end. */
  readonly times: number;
  /** Told of what is going on, and of sizes and times. */
  readonly say: (what: string) => void;
};

/** What was sent beside what was found. Needs two gigabytes of memory, Go for the Collector, and four minutes. */
export async function clickHouseRows(options: Partial<Options> = {}): Promise<Row[]> {
  const { sessions = 40_000, times = 30, say = console.log } = options;
  const folder = mkdtempSync(join(tmpdir(), 'playscope-clickhouse-'));
  const engine = startEngine(folder);
  const rows: Row[] = [];
  try {
    say(`ClickHouse ${engine.version}`);
    const from = thisEvening();
    const evening = await fillEvening(engine, sessions, 1, from);
    const question: Question = {
      ...evening,
      ...{ between: [from + 10 * minuteMs, from + 30 * minuteMs], at: from + 20 * minuteMs },
    };
    say(
      Object.entries(evening.rows)
        .map(([table, count]) => `${count.toLocaleString('en')} rows of ${table}`)
        .join(', '),
    );
    rows.push(...(await answerRows(engine, question)), ...(await quantileRows(engine, question)));
    rows.push(...(await viewRows(engine)));
    say(`\n${timingTable(await timings(engine, question))}\n`);
    const again = await replay(engine, evening);
    say(`${again.toLocaleString('en')} reports came a second time`);
    rows.push(...(await answerRows(engine, question, ['sessions-of-a-day', ...counting])).map(named('replayed, ')));
    rows.push(...(await retryRows(engine)), ...(await lateCopyRows(engine)), ...(await clockRows(engine)));
    rows.push(...(await arrivalRows(engine)), ...(await lifetimeRows(engine)));
    rows.push(...(await crowdedRows(engine, question, times)));
    say(`\n${timingTable(await timings(engine, question, counting))}\n`);
    say(`\n${await sizes(engine)}\n`);
    say(await insertCosts(engine));
  } finally {
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

function named(prefix: string) {
  return (row: Row): Row => ({ ...row, what: prefix + row.what });
}
