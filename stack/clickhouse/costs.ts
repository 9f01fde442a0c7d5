/** What it costs to store: bytes of each table, and processor time of inserts. */
import type { Engine } from './engine.ts';

const inserts = 5;
const mostRows = 250_000;

/** Rows and bytes of each table on disk, as a table of the guide. */
export async function sizes(engine: Engine): Promise<string> {
  const all = await engine.rows<{ table: string; n: number; bytes: number; unpacked: number }>(
    `SELECT table, sum(rows) AS n, sum(data_compressed_bytes) AS bytes, sum(data_uncompressed_bytes) AS unpacked
    FROM system.parts WHERE active AND database = 'playscope' GROUP BY table ORDER BY bytes DESC`,
  );
  const rows = all.map(({ table, n, bytes, unpacked }) => {
    const each = [`${(bytes / 1e6).toFixed(1)} MB`, (bytes / n).toFixed(1), (unpacked / n).toFixed(0)];
    return `| ${table} | ${n.toLocaleString('en')} | ${each.join(' | ')} |`;
  });
  return ['| table | rows | on disk | bytes a row | unpacked |', '|---|---:|---:|---:|---:|', ...rows].join('\n');
}

/** Processor time for a million rows of each kind, their views and merges included: stores some of them once more. */
export async function insertCosts(engine: Engine): Promise<string> {
  const lines: string[] = [];
  for (const table of ['otel_metrics_sum', 'otel_metrics_histogram', 'otel_traces']) {
    const [{ all } = { all: 0 }] = await engine.rows<{ all: number }>(`SELECT count() AS all FROM ${table}`);
    const rows = Math.floor(Math.min(all, mostRows) / inserts);
    const before = process.cpuUsage();
    for (let i = 0; i < inserts; i += 1) {
      engine.run(`INSERT INTO ${table} SELECT * FROM ${table} LIMIT ${rows} OFFSET ${i * rows}`);
    }
    const { user, system } = process.cpuUsage(before);
    lines.push(`a million rows of ${table}: ${((user + system) / (inserts * rows)).toFixed(1)} s of a processor`);
  }
  return lines.join('\n');
}
