// npm run stack:clickhouse: the SQL of deploy/scale/clickhouse on ClickHouse's own engine, and the real Collector in front of it.
// Prints what was sent beside what was found, and fails when they differ.
import { parseArgs } from 'node:util';
import { printed } from '../table.ts';
import { clickHouseRows } from './clickhouse.ts';

const { values: flags } = parseArgs({
  options: { sessions: { type: 'string', default: '40000' }, times: { type: 'string', default: '30' } },
});
const startedAt = Date.now();
const rows = await clickHouseRows({ sessions: Number(flags.sessions), times: Number(flags.times), say: console.log });
const failed = rows.filter(({ holds }) => !holds).length;
const seconds = Math.round((Date.now() - startedAt) / 1000);
console.log(`\n${printed(rows)}\n\n${rows.length - failed} passed, ${failed} failed, in ${seconds} s`);
process.exitCode = failed > 0 ? 1 : 0;
