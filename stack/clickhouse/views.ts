/** Each table that a view fills, beside the same SELECT over all that arrived. */
import type { Row } from '../table.ts';
import { fact } from '../table.ts';
import type { Engine } from './engine.ts';
import { sqlFiles } from './engine.ts';

// What makes the rows of a table comparable, merged by the engine or not; % is the table, or the SELECT of its view. Sums of floating
// point numbers differ in the last digits, by the order in which they were added.
const merged: Readonly<Record<string, string>> = {
  presence: 'SELECT DISTINCT * REPLACE toFloat32(seconds) AS seconds FROM %',
  viewers_by_minute: 'SELECT * EXCEPT sessions, uniqCombined64Merge(sessions) FROM % GROUP BY ALL',
  sessions: `SELECT day, stream_id, session_id, min(first_at), max(last_at), round(sum(watched_s), 6), round(sum(stalled_s), 6),
    sum(plays), sum(stalls), sum(errors), sum(fatal_errors) FROM % GROUP BY ALL`,
  // A sum of 0 is left out when parts are merged.
  counters_by_minute: 'SELECT * EXCEPT value, round(sum(value), 6) AS sum FROM % GROUP BY ALL HAVING sum != 0',
  histograms_by_minute: `SELECT * EXCEPT (count, total, buckets, edges), sum(count), round(sum(total), 6), sumForEachMerge(buckets),
    any(edges) FROM % GROUP BY ALL`,
};

/** A row for each view. */
export async function viewRows(engine: Engine): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [table, select] of views()) {
    const comparable = merged[table] ?? '';
    const direct = comparable.replace('%', `(${select})`);
    const kept = comparable.replace('%', table);
    const [{ all, missing, more } = {}] = await engine.rows<{ all: number; missing: number; more: number }>(
      `SELECT
        (SELECT count() FROM (${direct})) AS all,
        (SELECT count() FROM (${direct} EXCEPT ${kept})) AS missing,
        (SELECT count() FROM (${kept} EXCEPT ${direct})) AS more`,
    );
    const same = `${all} rows`;
    rows.push(fact(`${table} beside its SELECT`, same, missing || more ? `${missing} missing, ${more} more` : same));
  }
  return rows;
}

/** Table and SELECT of each view, as they stand in the schema. */
function views(): [table: string, select: string][] {
  const text = Object.values(sqlFiles('schema')).join('\n');
  const statements = text.matchAll(/CREATE MATERIALIZED VIEW IF NOT EXISTS \w+ TO (\w+) AS\n(SELECT[^;]+);/g);
  return [...statements].map(([, table = '', select = '']) => [table, select]);
}
