/** Asks every query of deploy/scale/clickhouse, and holds each answer to the truth. */
import type { Row } from '../table.ts';
import { streams } from './audience.ts';
import type { Engine, Parameters } from './engine.ts';
import { sqlFiles } from './engine.ts';
import type { Evening } from './evening.ts';
import type { Groups } from './groups.ts';
import { groupOf } from './groups.ts';
import type { Between } from './truth.ts';
import * as truth from './truth.ts';

/** What is asked about: the largest stream of an evening, between two minutes, and at an instant. */
export type Question = Evening & { readonly between: Between; readonly at: number };

type Answer = Readonly<Record<string, unknown>>;
type Check = {
  readonly query: string;
  readonly value: string;
  readonly by: readonly string[];
  readonly truth: Groups;
  /** By which share of itself a value may be off; default 0. */
  readonly allowed?: number;
  /** Makes one answer for each group, where the query's rows are others. */
  readonly count?: (answers: readonly Answer[]) => Answer[];
};

export const [stream] = streams;
// Sums of floating point numbers, in any order.
const rounding = 1e-6;
// What a sketch of 2^17 cells may be off by. Small ones are exact.
const sketch = 0.02;

/** The values for the parameters of all queries. */
export function parametersOf({ traced, between: [from, to], at }: Question): Parameters {
  const date = { from: dateTime(from), to: dateTime(to), at: dateTime(at), day: dateTime(from).slice(0, 10) };
  return { stream, session: traced.viewing.sessionId, ...date };
}

/** The text of a query of the folder, and those parameters that it has. */
export function asked(query: string, all: Parameters): [sql: string, parameters: Parameters] {
  const sql = sqlFiles('queries')[query] ?? '';
  const names = [...sql.matchAll(/\{(\w+):/g)].map(([, name = '']) => name);
  return [sql, Object.fromEntries(names.map((name) => [name, all[name] ?? '']))];
}

/** A row for each answer: counts, sums and shares. @param only queries by name; default all. */
export async function answerRows(engine: Engine, question: Question, only?: readonly string[]): Promise<Row[]> {
  const parameters = parametersOf(question);
  const rows: Row[] = [];
  for (const check of checks(question)) {
    if (only && !only.includes(check.query)) continue;
    const found = await engine.rows(...asked(check.query, parameters));
    rows.push(compared(check, check.count?.(found) ?? found));
  }
  return rows;
}

function checks({ viewings, traced, between, at }: Question): Check[] {
  const minutes = truth.byMinute(viewings, stream, between);
  const about = [viewings, stream, between] as const;
  const group = ['minute', 'region', 'protocol'];
  const exact = 'viewers-by-minute-exact';
  return [
    {
      ...{ query: 'viewers-now', value: 'viewers', by: ['stream_id', 'region', 'protocol', 'viewer_kind'] },
      truth: truth.viewersAt(viewings, at),
    },
    { query: exact, value: 'sessions', by: group, truth: minutes.distinct },
    { query: exact, value: 'mean_viewers', by: group, truth: minutes.mean, allowed: rounding },
    { query: 'viewers-by-minute', value: 'sessions', by: group, truth: minutes.distinct, allowed: sketch },
    {
      ...{ query: 'sessions-of-a-day', value: 'sessions', by: ['stream_id', 'protocol', 'viewer_kind'] },
      truth: truth.sessionsOf(viewings),
    },
    {
      ...{ query: 'worst-sessions', value: 'stalled_share', by: ['session_id'] },
      ...{ truth: truth.worst(viewings, stream, 100), allowed: rounding },
    },
    { query: 'errors', value: 'errors', by: ['error_type', 'fatal', 'protocol'], truth: truth.errors(...about) },
    {
      ...{ query: 'stalled-share', value: 'stalled_share', by: ['region'] },
      ...{ truth: truth.stalledShare(...about), allowed: rounding },
    },
    {
      ...{ query: 'stalls', value: 'stalls', by: ['minute', 'cause'] },
      ...{ truth: truth.stalls(...about), count: (answers) => answers.flatMap(byCause) },
    },
    {
      ...{ query: 'packet-loss', value: 'loss_ratio', by: ['region', 'media_kind'] },
      ...{ truth: truth.lossRatios(...about), allowed: rounding },
    },
    { query: 'late-segments', value: 'segments', by: ['step'], truth: truth.lateSegments(...about) },
    {
      ...{ query: 'session-story', value: 'spans', by: ['side'], count: bySide },
      truth: truth.storyOf(traced.viewing, traced.publications),
    },
  ];
}

/** All groups are those of the truth, and each value is near enough. */
function compared({ query, value, by, truth: sent, allowed = 0 }: Check, answers: readonly Answer[]): Row {
  const found = new Map(answers.map((answer) => [groupOf(...by.map((name) => answer[name])), Number(answer[value])]));
  const off = [...sent].map(([group, is]) => Math.abs((found.get(group) ?? Number.POSITIVE_INFINITY) - is) / (is || 1));
  const most = Math.max(0, ...off);
  return {
    what: `${query}: ${value}`,
    sent: `${sum(sent)} in ${sent.size} groups`,
    found: `${sum(found)} in ${found.size}${allowed > 0 ? `, at most ${(100 * most).toFixed(2)} % off` : ''}`,
    allowed: allowed === sketch ? `± ${100 * allowed} %` : 'exact',
    holds: sent.size > 0 && found.size === sent.size && most <= allowed,
  };
}

function byCause({ minute, stalls }: Answer): Answer[] {
  return Object.entries(stalls as object).map(([cause, count]) => ({ minute, cause, stalls: count }));
}

function bySide(spans: readonly Answer[]): Answer[] {
  return [...new Set(spans.map(({ side }) => side))].map((side) => ({
    side,
    spans: spans.filter((span) => span.side === side).length,
  }));
}

function sum(groups: Groups): string {
  const all = [...groups.values()].reduce((so, value) => so + value, 0);
  return all.toLocaleString('en', { maximumFractionDigits: all < 100 ? 4 : 0 });
}

function dateTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
