// npm run stack: the real programs with the very files of deploy/one-machine, fed by simulated players. Prints what was sent
// beside what was found, and fails when they differ by more than is allowed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forgeries, refusals } from './abuse.ts';
import { installed, run } from './binaries.ts';
import { readCompose } from './compose.ts';
import type { Stage } from './evening.ts';
import { alarms, evening, outages } from './evening.ts';
import { forgerRows } from './forger.ts';
import { madeUpRows } from './made-up.ts';
import { startOnCall } from './on-call.ts';
import { querying } from './query.ts';
import { startServers } from './servers.ts';
import { startServices } from './services.ts';
import type { Row } from './table.ts';
import { fact, printed } from './table.ts';
import { tokenRows } from './tokens.ts';
import { traceRows } from './traces.ts';

const { values: flags } = parseArgs({
  options: {
    players: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    /** Leaves files, data and logs where they are. */
    keep: { type: 'boolean' },
  },
});
const deploy = 'deploy/one-machine';
const startedAt = Date.now();
const rows: Row[] = [];

const promtool = installed('promtool');
for (const [what = '', ...files] of [
  ['check', 'viewers.yaml', 'alerts.yaml'],
  ['test', 'alerts.test.yaml'],
]) {
  const said = await run(promtool, [what, 'rules', ...files], join(deploy, 'rules'));
  rows.push(fact(`promtool ${what} rules`, 'SUCCESS', /SUCCESS/.exec(said)?.[0] ?? said));
}

const folder = mkdtempSync(join(tmpdir(), 'playscope-stack-'));
const onCall = await startOnCall();
const services = readCompose(join(deploy, 'compose.yaml')).filter(({ name }) => name !== 'grafana');
const stack = await startServices(services, deploy, folder, { 'on-call:9095': `127.0.0.1:${onCall.port}` });
say(`${stack.programs.join(', ')} are up`);
try {
  const [endpoint, inside] = [stack.url('proxy', 8080), stack.url('collector', 4319)];
  const query = querying(stack.url('victoria-metrics', 8428));
  const stage: Stage = { stack, endpoint, query, players: Number(flags.players), seed: Number(flags.seed), say };
  rows.push(...(await refusals(endpoint)));
  rows.push(...(await traceRows(endpoint, inside, stack.url('jaeger', 16686))));
  const servers = startServers(inside);
  rows.push(...(await evening(stage, deploy)));
  rows.push(...(await alarms(stage, servers, onCall)));
  rows.push(...(await forgeries(endpoint, query)));
  rows.push(...(await forgerRows(endpoint, query)));
  rows.push(...(await madeUpRows(endpoint, stack, query)));
  rows.push(...(await tokenRows(services, deploy, folder, stack, query)));
  rows.push(...(await outages(stage)));
} finally {
  await stack.stop();
  await onCall.close();
  if (flags.keep) console.log(`Kept in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}

const failed = rows.filter(({ holds }) => !holds).length;
console.log(`\n${printed(rows)}\n\n${rows.length - failed} passed, ${failed} failed, in ${seconds()} s`);
process.exitCode = failed > 0 ? 1 : 0;

function say(what: string) {
  console.log(`${String(seconds()).padStart(4)} s  ${what}`);
}

function seconds(): number {
  return Math.round((Date.now() - startedAt) / 1000);
}
