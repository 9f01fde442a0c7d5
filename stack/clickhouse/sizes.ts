import type { Engine } from './engine.ts';

/** Rows and bytes of each table on disk, as a table of the guide. */
export async function sizes(engine: Engine): Promise<string> {
  const all = await engine.rows<{ table: string; n: number; bytes: number; unpacked: number }>(
    `SELECT table, sum(rows) AS n, sum(data_compressed_bytes) AS bytes, sum(data_uncompressed_bytes) AS unpacked
    FROM system.parts WHERE active AND database = 'playscope' GROUP BY table ORDER BY bytes DESC`,
  );
  const rows = all.map(({ table, n, bytes, unpacked }) => {
    const cells = [
      n.toLocaleString('en'),
      `${(bytes / 1e6).toFixed(1)} MB`,
      (bytes / n).toFixed(1),
      (unpacked / n).toFixed(0),
    ];
    return `| ${table} | ${cells.join(' | ')} |`;
  });
  return ['| table | rows | on disk | bytes a row | unpacked |', '|---|---:|---:|---:|---:|', ...rows].join('\n');
}
