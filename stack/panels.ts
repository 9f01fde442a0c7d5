/** Every query of every dashboard against the store, as the files have it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Query } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';

/** One row for each dashboard: how many of its queries have an answer. */
export async function panelRows(folder: string, query: Query): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of readdirSync(folder).sort()) {
    const { title, panels } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const asked: string[] = panels.flatMap(({ targets }: { targets: { expr?: string }[] }) =>
      targets.flatMap(({ expr }) => expr ?? []),
    );
    if (asked.length === 0) continue;
    const silent: string[] = [];
    for (const expr of asked) {
      const found = await query(expr.replaceAll('$__rate_interval', '1m').replaceAll('$stream', '.*'));
      if (!found.some(({ value }) => Number.isFinite(value))) silent.push(expr);
    }
    rows.push(
      fact(
        `panels of ${title}`,
        `${asked.length} answer`,
        silent.length === 0 ? `${asked.length} answer` : `none: ${silent.join('; ')}`,
      ),
    );
  }
  return rows;
}
