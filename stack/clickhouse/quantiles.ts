/** Quantiles from buckets, held to those of all values. */
import type { Metric } from '../../src/core/signals.ts';
import { metrics } from '../../src/core/signals.ts';
import type { Row } from '../table.ts';
import type { Question } from './answers.ts';
import { asked, parametersOf, stream } from './answers.ts';
import type { Engine } from './engine.ts';
import { groupOf } from './groups.ts';
import * as truth from './truth.ts';

const quantiles = { p50_s: 0.5, p95_s: 0.95, p99_s: 0.99 };

/** A row for each query that gives quantiles: each must lie in the bucket of the true one. */
export async function quantileRows(engine: Engine, question: Question): Promise<Row[]> {
  const { startups, fetches } = truth.values(question.viewings, stream, question.between);
  const parameters = parametersOf(question);
  const row = async (query: string, metric: Metric, all: typeof startups, by: readonly string[]): Promise<Row> => {
    const answers = await engine.rows(...asked(query, parameters));
    const edges = metric.kind === 'histogram' ? metric.edges : [];
    const bucket = (value: number) => edges.filter((edge) => edge < value).length;
    const right = answers.flatMap((answer) => {
      const values = all.get(groupOf(...by.map((name) => answer[name]))) ?? [];
      return Object.entries(quantiles).filter(([column, q]) => {
        const is = values[Math.ceil(q * values.length) - 1] ?? Number.NaN;
        return bucket(Number(answer[column])) === bucket(is);
      });
    });
    const sent = 3 * all.size;
    return {
      ...{ what: `${query}: p50, p95, p99`, sent: `${sent} quantiles`, found: `${right.length} in their bucket` },
      ...{ allowed: 'one bucket', holds: sent > 0 && answers.length === all.size && right.length === sent },
    };
  };
  return [
    await row('startup', metrics['livestream.player.startup.duration'], startups, ['region', 'protocol']),
    await row('fetch-latency', metrics['livestream.segment.fetch.duration'], fetches, [
      ...['cdn_host', 'cache_status', 'region', 'protocol'],
    ]),
  ];
}
