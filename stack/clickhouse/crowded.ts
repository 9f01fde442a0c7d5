/** The same evening with many times the audience: every session again under other names, made by the engine itself. */
import type { Row } from '../table.ts';
import { near } from '../table.ts';
import type { Question } from './answers.ts';
import { asked, parametersOf } from './answers.ts';
import type { Engine } from './engine.ts';

/** The queries that count sessions. */
export const counting = ['viewers-now', 'viewers-by-minute-exact', 'viewers-by-minute'] as const;

/** Before and after: each count must be so many times as high, and sketches nearly. */
export async function crowdedRows(engine: Engine, question: Question, times: number): Promise<Row[]> {
  const before = await counted();
  engine.run(`INSERT INTO presence
    SELECT at, stream_id, region, protocol, viewer_kind, viewer_state, sipHash64(session, number), since, seconds, next_report
    FROM presence FINAL CROSS JOIN numbers(1, ${times - 1}) AS copies`);
  engine.run('OPTIMIZE TABLE presence FINAL');
  const after = await counted();
  return counting.map((query, i) => {
    const what = `${query} with ${times} times the audience`;
    return near(what, times * (before[i] ?? 0), after[i] ?? 0, query === 'viewers-by-minute' ? 0.005 : 0);
  });

  async function counted(): Promise<number[]> {
    const sums: number[] = [];
    for (const query of counting) {
      const answers = await engine.rows(...asked(query, parametersOf(question)));
      sums.push(answers.reduce((sum, answer) => sum + Number(answer.viewers ?? answer.sessions), 0));
    }
    return sums;
  }
}
