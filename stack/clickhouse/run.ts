// npm run stack:clickhouse: the SQL of deploy/scale/clickhouse on ClickHouse's own engine, and the real Collector in front of it.
// Prints what was sent beside what was found, and fails when they differ.
import { parseArgs } from 'node:util';
import { telling } from '../telling.ts';
import { clickHouseRows } from './clickhouse.ts';

const { values: flags } = parseArgs({
  options: { sessions: { type: 'string', default: '40000' }, times: { type: 'string', default: '30' } },
});
const { conclude } = telling();
conclude(await clickHouseRows({ sessions: Number(flags.sessions), times: Number(flags.times), say: console.log }));
