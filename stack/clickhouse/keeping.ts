/** What is counted once though it comes twice, what is deleted when, and which clocks cannot do harm. */
import type { Row } from '../table.ts';
import { fact } from '../table.ts';
import type { Viewing } from './audience.ts';
import type { Engine } from './engine.ts';
import { sumRows } from './metric-rows.ts';

const dayMs = 86_400_000;
const lifetimes = { otel_metrics_sum: 2, presence: 7, sessions: 90, viewers_by_minute: 396, counters_by_minute: 396 };

// As the exporter has it.
const settings = { deduplicate_blocks_in_dependent_materialized_views: 1 };

/** An insert tried again though it had arrived: its answer was lost. Then the views must not see it either. */
export async function retryRows(engine: Engine): Promise<Row[]> {
  const now = Date.now();
  const rows = sumRows(viewingOf('tried-again'), reportAt(now, now));
  for (let tries = 0; tries < 2; tries += 1) await engine.insert('otel_metrics_sum', rows, settings);
  const [stored] = await engine.rows("SELECT count() AS n FROM otel_metrics_sum WHERE StreamId = 'tried-again'");
  const [counted] = await engine.rows(
    "SELECT sum(value) AS n FROM counters_by_minute WHERE stream_id = 'tried-again' AND metric = 'livestream.player.stalls'",
  );
  return [
    fact('rows of an insert that is tried again', String(rows.length), String(stored?.n)),
    fact('stalls in the roll-up of an insert that is tried again', '1', String(counted?.n)),
  ];
}

/** A report that a page sends again two seconds later, as it has heard nothing. */
export async function lateCopyRows(engine: Engine): Promise<Row[]> {
  const at = Math.floor(Date.now() / 60_000) * 60_000 + 10_000;
  const viewing = viewingOf('late-copy');
  for (const again of [0, 2000]) {
    await engine.insert('otel_metrics_sum', sumRows(viewing, reportAt(at - 10_000, at + again)));
  }
  const [{ sessions, seconds } = {}] = await engine.rows(
    "SELECT uniqExact(session) AS sessions, sum(seconds) AS seconds FROM presence FINAL WHERE stream_id = 'late-copy'",
  );
  return [fact('a report that comes again after two seconds', '1 session, 10 s', `${sessions} session, ${seconds} s`)];
}

/** Three hundred pages, each with another day on its clock: as many partitions, if it went by theirs. */
export async function clockRows(engine: Engine): Promise<Row[]> {
  const now = Date.now();
  const rows = Array.from({ length: 300 }, (_, i) => {
    const wrong = (i - 150) * 100 * dayMs;
    return sumRows({ ...viewingOf('any-clock'), sessionId: `any-${i}` }, reportAt(now + wrong, now)).map((row) => ({
      ...row,
      TimeUnix: ((now + wrong) / 1000).toFixed(3),
    }));
  });
  await engine.insert('otel_metrics_sum', rows.flat());
  const [{ days, sessions } = {}] = await engine.rows(
    "SELECT uniqExact(toDate(at)) AS days, uniqExact(session) AS sessions FROM presence WHERE stream_id = 'any-clock'",
  );
  return [fact('days on which 300 sessions of any clock count', '1, all 300', `${days}, all ${sessions}`)];
}

/** Rows older than their table keeps them, beside those of today. */
export async function lifetimeRows(engine: Engine): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [table, lifetime] of Object.entries(lifetimes)) {
    const old = Date.now() - (lifetime + 40) * dayMs;
    const streamId = `long-ago-${table}`;
    await engine.insert('otel_metrics_sum', sumRows(viewingOf(streamId), reportAt(old, old)));
    engine.run(`OPTIMIZE TABLE ${table} FINAL`);
    const stream = table.startsWith('otel') ? 'StreamId' : 'stream_id';
    const [{ left, kept } = {}] = await engine.rows(
      `SELECT countIf(${stream} = {streamId:String}) AS left, count() AS kept FROM ${table}`,
      { streamId },
    );
    const found = `${left} old, ${Number(kept) > 0 ? 'the others' : 'no others'}`;
    rows.push(fact(`${table} after its ${lifetime} days`, '0 old, the others', found));
  }
  return rows;
}

function viewingOf(streamId: string): Viewing {
  return {
    ...{ sessionId: `session-${streamId}`, streamId, region: 'eu' },
    protocol: 'hls',
    kind: 'real',
    reports: [],
    traced: false,
  };
}

function reportAt(since: number, at: number) {
  const stall = { cause: 'network', seconds: 1 };
  return { at, since, nextReport: 10, presence: [{ state: 'playing' as const, seconds: 10 }], stall };
}
