// npm run stack:throughput: what viewers cost. Real reports, sent again and again every ten seconds for each viewer, to the programs of
// one machine or of the tier for millions; prints processor time and memory of each, and with --write keeps them for
// docs/guides/capacity.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readCompose } from '../compose.ts';
import { settled, total } from '../figures.ts';
import { querying } from '../query.ts';
import { startScale } from '../scale/services.ts';
import type { Cost } from '../services.ts';
import { startServices } from '../services.ts';
import { send } from './load.ts';
import { pointsOf, recordReports } from './recorded.ts';

const { values: flags } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '120' },
    write: { type: 'boolean' },
  },
});
const [viewers, seconds] = [Number(flags.viewers), Number(flags.seconds)];
const reportEverySeconds = 10;
const warmUpSeconds = 10;

const reports = await recordReports(viewers, 'main');
const bytes = Math.round(reports.reduce((sum, { body }) => sum + body.length, 0) / viewers);
console.log(`${viewers} viewers, a report of ${bytes} bytes (gzip) every ${reportEverySeconds} s, for ${seconds} s`);

const report = { bytes, points: pointsOf(reports) };
const measured = { viewers, seconds, report, oneMachine: await oneMachine(), scale: await atScale() };
if (flags.write) writeFileSync('scripts/deploy/measured.json', `${JSON.stringify(measured, undefined, 2)}\n`);

type Place = {
  readonly endpoint: string;
  readonly store: string;
  costs(): Promise<readonly Cost[]>;
};

async function oneMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'playscope-throughput-'));
  const wanted = ['proxy', 'collector', 'vmagent', 'victoria-metrics', 'jaeger'];
  const services = readCompose('deploy/one-machine/compose.yaml').filter(({ name }) => wanted.includes(name));
  const stack = await startServices(services, 'deploy/one-machine', folder, {});
  try {
    const [endpoint, store] = [stack.url('proxy', 8080), stack.url('victoria-metrics', 8428)];
    return await measure('one machine', { endpoint, store, costs: stack.costs });
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function atScale() {
  const folder = mkdtempSync(join(tmpdir(), 'playscope-throughput-'));
  const { stack, kafka, stop } = await startScale(folder);
  try {
    const endpoint = stack.url('proxy-proxy-0', 8080);
    const store = stack.url('victoria-metrics', 8428);
    const costs = async () => [...(await stack.costs()), await kafka.cost()];
    const each = await measure('at scale', { endpoint, store, costs });
    return { ...each, recordBytes: await kafka.bytesPerRecord('otlp_metrics') };
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What programs used in the time, added up over the instances of each. */
async function measure(where: string, { endpoint, store, costs }: Place) {
  const rate = viewers / reportEverySeconds;
  const query = querying(store);
  // Series are made once.
  await send(endpoint, reports, rate, warmUpSeconds);
  await settled(query);
  const [before, counted] = [await costs(), await total('livestream.viewer.presence', query)];
  const { taken, refused, delayMs } = await send(endpoint, reports, rate, seconds);
  await wait(2000);
  const after = await costs();
  await settled(query);
  const [{ value: series = 0 } = {}] = await query('count({__name__!=""})');
  const programs: Record<string, { cpuSeconds: number; megabytes: number }> = {};
  for (const { service, cpuSeconds, megabytes } of after) {
    const name = service.replace(/-\d+$/, '');
    const used = cpuSeconds - (before.find((each) => each.service === service)?.cpuSeconds ?? 0);
    const sum = programs[name] ?? { cpuSeconds: 0, megabytes: 0 };
    programs[name] = { cpuSeconds: sum.cpuSeconds + used, megabytes: sum.megabytes + megabytes };
  }
  const stored = (await total('livestream.viewer.presence', query)) - counted;
  console.log(
    `\n${where}: ${taken} reports taken, ${refused} not, p99 ${delayMs} ms; ${series} series; presence of ${stored} s`,
  );
  for (const [name, { cpuSeconds, megabytes }] of Object.entries(programs)) {
    const cores = (cpuSeconds / (taken * reportEverySeconds)) * 10_000;
    console.log(`  ${name.padEnd(24)} ${cores.toFixed(3)} cores for 10,000 viewers, ${megabytes} MB`);
  }
  return { reports: taken, refused, series, programs };
}
