// npm run stack: the real programs with the very files of deploy/one-machine, fed by simulated players. Prints what was sent
// beside what was found, and fails when they differ by more than is allowed. --quick leaves browsers and drills out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installed, run } from './binaries.ts';
import { readCompose } from './compose.ts';
import { drillRows } from './drills.ts';
import type { Stage } from './evening.ts';
import { alarms, evening, eveningWithBrowsers, outages } from './evening.ts';
import { forgerRows } from './forger.ts';
import { forgeries } from './forgeries.ts';
import { jaegerAt } from './jaeger.ts';
import { madeUpRows } from './made-up.ts';
import { startOnCall } from './on-call.ts';
import { panelRows, readDashboards } from './panels.ts';
import { takePictures } from './pictures.ts';
import { querying, ranging } from './query.ts';
import { refusals } from './refusals.ts';
import { startServers } from './servers.ts';
import { startServices } from './services.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { telling } from './telling.ts';
import { tokenRows } from './tokens.ts';
import { traceRows } from './traces.ts';

const { values: flags } = parseArgs({
  options: {
    players: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    /** Simulated players alone: no browsers, no drills. */
    quick: { type: 'boolean' },
    /** Takes pictures of the dashboards, for the docs. */
    pictures: { type: 'boolean' },
    /** A file for how many passed and how many failed, as JSON. */
    report: { type: 'string' },
    /** Leaves files, data and logs where they are. */
    keep: { type: 'boolean' },
  },
});
const deploy = 'deploy/one-machine';
const { say, conclude } = telling();
const rows: Row[] = [];

const promtool = installed('promtool');
for (const [what = '', ...files] of [
  ['check', 'viewers.yaml', 'alerts.yaml'],
  ['test', 'alerts.test.yaml'],
]) {
  const said = await run(promtool, [what, 'rules', ...files], join(deploy, 'rules'));
  rows.push(fact(`promtool ${what} rules`, 'SUCCESS', /SUCCESS/.exec(said)?.[0] ?? said));
}

// Pages of this machine may send; those of anybody else's may not.
process.env.PLAYER_ORIGINS = 'http://localhost:*';
const folder = mkdtempSync(join(tmpdir(), 'playscope-stack-'));
const onCall = await startOnCall();
const services = readCompose(join(deploy, 'compose.yaml')).filter(({ name }) => name !== 'grafana');
const stack = await startServices(services, deploy, folder, { 'on-call:9095': `127.0.0.1:${onCall.port}` });
say(`${stack.programs.join(', ')} are up`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stack.stop().then(() => process.exit(1)));
}
try {
  const [endpoint, inside] = [stack.url('proxy', 8080), stack.url('collector', 4319)];
  const store = stack.url('victoria-metrics', 8428);
  const query = querying(store);
  const jaeger = jaegerAt(stack.url('jaeger', 16686));
  const audience = { players: Number(flags.players), seed: Number(flags.seed) };
  const stage: Stage = { stack, endpoint, inside, query, jaeger, ...audience, say };
  rows.push(...(await refusals(endpoint)));
  rows.push(...(await traceRows(endpoint, inside, stack.url('jaeger', 16686))));
  const from = Math.floor(Date.now() / 1000);
  const servers = startServers(inside);
  rows.push(...(await (flags.quick ? evening(stage) : eveningWithBrowsers(stage))));
  // Drills and pictures want no strangers about; without them nobody has to wait.
  const meanwhile = flags.quick ? strangers() : drillRows({ ...stage, onCall });
  rows.push(...(await Promise.all([alarms(stage, servers, onCall), meanwhile])).flat());
  const dashboards = readDashboards(join(deploy, 'grafana/dashboards'));
  const to = Math.floor(Date.now() / 1000);
  rows.push(...(await panelRows(dashboards, ranging(store, from, to))));
  if (flags.pictures) await takePictures(dashboards, { store, jaeger, from, to }, 'docs/images');
  if (!flags.quick) rows.push(...(await strangers()));
  rows.push(...(await outages(stage)));

  async function strangers(): Promise<Row[]> {
    return [
      ...(await forgeries(endpoint, query)),
      ...(await forgerRows(endpoint, query)),
      ...(await madeUpRows(endpoint, stack, query)),
      ...(await tokenRows({ services, deploy, folder, stack, query, jaeger })),
    ];
  }
} finally {
  await stack.stop();
  await onCall.close();
  if (flags.keep) console.log(`Kept in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}

const outcome = conclude(rows);
if (flags.report) writeFileSync(flags.report, JSON.stringify(outcome));
