// npm run drill [-- flags]: breaks the demo's stream in six ways; each time one alert has to fire, in time and alone, and clear.
import { parseArgs } from 'node:util';
import { startCollector } from 'playscope/collector';
import type { Result } from './carry-out.ts';
import { carryOut } from './carry-out.ts';
import { drills } from './drills.ts';
import { collectorAlerts } from './evaluator.ts';
import { startStage } from './stage.ts';
import { tableOf } from './table.ts';

const names = drills.map(({ alert }) => alert);
const help = `npm run drill -- [flags]
  --only ALERT   ${names.join(', ')}
  --twice        all of it twice in a row`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, twice: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const { only } = values;
const chosen = drills.filter(({ alert }) => only === undefined || alert === only);
if (chosen.length === 0) {
  console.error(`--only: expected one of ${names.join(', ')}, received ${JSON.stringify(only)}`);
  process.exit(2);
}

const collector = await startCollector({ port: 0 });
const stage = await startStage({ players: collector.url, servers: collector.url, streamId: 'demo' });
const evaluator = collectorAlerts(collector.url);
const startedAt = performance.now();
const say = (text: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const results: Result[] = [];
let broken = 0;
try {
  for (const drill of values.twice ? [...chosen, ...chosen] : chosen) {
    results.push(await carryOut(drill, stage, { evaluator, say }));
  }
} catch (error) {
  // The others would meet the same: what there is so far is told.
  broken = 1;
  console.error(error instanceof Error ? error.message : error);
} finally {
  await stage.close();
  await collector.close();
}
const failed = results.filter(({ passed }) => !passed).length + broken;
console.log(`\n${tableOf(results)}\n`);
console.log(`alerts evaluated by ${evaluator.name}: ${results.length + broken - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
