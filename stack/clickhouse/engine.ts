/** ClickHouse's own engine, in this process: no server, no ports, the same SQL. */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

/** The SQL of production. */
export const folder = 'deploy/scale/clickhouse';

export type Engine = {
  readonly version: string;
  /** Runs statements that give nothing. */
  run(sql: string): void;
  /** The rows that a query gives; 64-bit numbers as numbers. Parameters are bound as `{name:Type}`. */
  rows<T = Record<string, unknown>>(sql: string, parameters?: Parameters): Promise<T[]>;
  /** How long a query takes, ms, and how many rows it reads. */
  time(sql: string, parameters?: Parameters): Promise<{ readonly ms: number; readonly rowsRead: number }>;
  /** What a query gives, with the types of its columns. */
  table(sql: string): Table;
  /** Rows of a table by the names of its columns. */
  insert(table: string, rows: readonly object[], settings?: Settings): Promise<void>;
  close(): void;
};
export type Table = {
  readonly meta: readonly { readonly name: string; readonly type: string }[];
  readonly data: readonly (readonly unknown[])[];
};
export type Settings = Readonly<Record<string, string | number>>;
export type Parameters = Readonly<Record<string, string | number>>;

// What is used of chdb, which is not there on every machine.
type Session = {
  query(sql: string, format?: string): string;
  queryBindAsync(sql: string, parameters: Parameters, options: { format: string }): Promise<{ text(): string }>;
  insert(rows: { table: string; values: Buffer; format: 'JSONEachRow'; settings: Settings }): Promise<unknown>;
  close(): void;
};
type Chdb = { Session: new (path: string) => Session };

/** Whether `npm install --no-package-lock --prefix stack/clickhouse` has been here, on a system for which there is an engine. */
export function hasEngine(): boolean {
  try {
    load();
    return true;
  } catch {
    return false;
  }
}

/**
 * An engine with the schema of production. One at a time in a process.
 *
 * @param path an empty folder for its data.
 */
export function startEngine(path: string): Engine {
  const session = new (load().Session)(path);
  for (const sql of Object.values(sqlFiles('schema'))) session.query(sql);
  return {
    version: session.query('SELECT version()', 'TSVRaw').trim(),
    run(sql) {
      session.query(sql);
    },
    async rows<T>(sql: string, parameters: Parameters = {}) {
      const result = await session.queryBindAsync(sql, parameters, { format: 'JSONEachRow' });
      return result
        .text()
        .split('\n')
        .filter(Boolean)
        .map((line): T => JSON.parse(line));
    },
    async time(sql, parameters = {}) {
      const from = performance.now();
      const result = await session.queryBindAsync(sql, parameters, { format: 'JSON' });
      return { ms: performance.now() - from, rowsRead: JSON.parse(result.text()).statistics.rows_read };
    },
    table: (sql) => JSON.parse(session.query(sql, 'JSONCompact')),
    async insert(table, rows, settings = {}) {
      const values = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
      await session.insert({ table, values, format: 'JSONEachRow', settings });
    },
    close: () => session.close(),
  };
}

/** The files of a folder there, in their order: name without `.sql`, and text. */
export function sqlFiles(kind: 'schema' | 'queries'): Readonly<Record<string, string>> {
  const names = readdirSync(join(folder, kind)).sort();
  return Object.fromEntries(
    names.map((name) => [basename(name, '.sql'), readFileSync(join(folder, kind, name), 'utf8')]),
  );
}

function load(): Chdb {
  return createRequire(import.meta.url)('chdb');
}
