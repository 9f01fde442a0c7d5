// npm run bench:origin [-- --requests N] [--quick]: a bare node:http origin beside the same with a span and a latency by hand, which is the
// floor of the SDK, and with the module, every request traced and a tenth of them sampled. All exporters are on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { benchText } from '../page.ts';
import { median, quantile } from '../quantile.ts';
import type { Goal, Table } from '../result.ts';
import { writeResult } from '../result.ts';
import { paced } from './paced.ts';
import { workloads } from './workloads.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, requests: { type: 'string' }, quick: { type: 'boolean' } },
});
const quick = values.quick ?? false;
const roundCount = Number(values.rounds ?? (quick ? 1 : 4));
// Seconds of each measurement.
const seconds = quick ? 1 : 3;
const kinds = ['bare', 'hand', 'traced', 'sampled'] as const;
type Kind = (typeof kinds)[number];
type Each<Value> = Readonly<Record<Kind, Value>>;
type Asked = { readonly path: string };
type Used = { readonly requests: number; readonly dropped: number; readonly cpuMicros: number; readonly rss: number };
type Origin = { readonly url: string; used(): Promise<Used>; end(): void };

const collector = fork(new URL('collector.ts', import.meta.url));
const [{ url: endpoint }] = (await once(collector, 'message')) as [{ url: string }];
const tables: Table[] = [];
const goals: Goal[] = [];
for (const [workload, { what, asked }] of Object.entries(workloads)) {
  const origins = await each((kind) => start(kind, workload));
  const requests = asked.map(({ path }) => ({ path }));
  try {
    await measure(what, origins, requests);
    if (workload === 'memory' && values.requests) await longRun(origins.traced, requests, Number(values.requests));
  } finally {
    for (const origin of Object.values(origins)) origin.end();
  }
}
collector.disconnect();
const found = {
  title: 'Origin',
  method: `A bare \`node:http\` origin beside the same with a span and a latency by hand, which is the floor of the SDK, and with
\`instrumentOrigin\`, each in a process of its own; all exporters are on. Medians of ${roundCount} rounds of ${seconds} s side by side. Delays are those
of 2,000 requests a second, or of half of what the slowest can answer.`,
  goals,
  tables,
};
writeResult('origin', found, { quick });
console.log(benchText(found));

async function measure(what: string, origins: Each<Origin>, requests: readonly Asked[]) {
  await each((kind) => saturate(origins[kind], requests, { duration: quick ? 1 : 2 }));
  const saturated = await rounds(async (kind) => {
    const before = await origins[kind].used();
    const rate = await saturate(origins[kind], requests, { duration: seconds });
    const after = await origins[kind].used();
    const micros = (after.cpuMicros - before.cpuMicros) / (after.requests - before.requests);
    return { rate, micros };
  });
  const rate = lineOf(saturated, ({ rate }) => rate);
  // Of an origin that is asked for more than it can give, delays say how long it was asked.
  const pace = Math.min(2000, Math.round(Math.min(...rate) / 200) * 100);
  const p99 = await rounds(async (kind) => {
    const urls = requests.map(({ path }) => origins[kind].url + path);
    return quantile(await paced(urls, pace, seconds), 0.99);
  });
  const { dropped } = await origins.traced.used();
  const fewer = lineOf(saturated, ({ rate }, bare) => (1 - rate / bare.rate) * 100);
  const later = lineOf(p99, (ms, bare) => ms - bare);
  tables.push({
    title: what,
    heads: ['', 'bare', 'by hand', 'every request traced', 'a tenth sampled'],
    rows: [
      ['saturated, requests a second', ...rate],
      ['fewer than bare, %', ...fewer],
      ['processor time of a request, µs', ...lineOf(saturated, ({ micros }) => micros)],
      ['more than bare, µs', ...lineOf(saturated, ({ micros }, bare) => micros - bare.micros)],
      [`p99 at ${pace.toLocaleString('en')} a second, ms`, ...lineOf(p99, (ms) => ms)],
      ['more than bare, ms', ...later],
      ["spans for which the exporter's queue had no room", '', '', dropped, ''],
    ],
  });
  const [, , traced = Number.NaN, sampled = Number.NaN] = fewer;
  goals.push(
    { what: `fewer requests, every one traced: ${what}`, unit: '%', limit: 15, found: traced },
    { what: `fewer requests, a tenth sampled: ${what}`, unit: '%', limit: 5, found: sampled },
    { what: `added at p99, every one traced: ${what}`, unit: 'ms', limit: 0.3, found: later[2] ?? Number.NaN },
  );
}

async function start(kind: Kind, workload: string): Promise<Origin> {
  const child = fork(new URL('server.ts', import.meta.url), [kind, workload, endpoint]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    async used() {
      child.send('used');
      const [used] = (await once(child, 'message')) as [Used];
      return used;
    },
    end: () => child.disconnect(),
  };
}

/** As many requests as it takes; gives how many a second. */
async function saturate(
  { url }: Origin,
  requests: readonly Asked[],
  howMany: { duration: number } | { amount: number },
) {
  const result = await autocannon({ url, requests: [...requests], connections: 32, ...howMany });
  return result.requests.average;
}

/** Memory over many requests: after the first tenth, and at the end. */
async function longRun(origin: Origin, requests: readonly Asked[], amount: number) {
  const memory = async () => Math.round((await origin.used()).rss / 1e6);
  await saturate(origin, requests, { amount: Math.round(amount / 10) });
  const before = await memory();
  await saturate(origin, requests, { amount: Math.round((amount * 9) / 10) });
  const all = amount.toLocaleString('en');
  console.log(`memory over ${all} requests: ${before} MB after a tenth, ${await memory()} MB at the end`);
}

/** Machines are shared, so only what one round has side by side compares. */
async function rounds<Value>(run: (kind: Kind) => Promise<Value>): Promise<Each<Value>[]> {
  const all: Each<Value>[] = [];
  for (let round = 0; round < roundCount; round++) all.push(await each(run));
  return all;
}

/** One after the other. */
async function each<Value>(run: (kind: Kind) => Promise<Value>): Promise<Each<Value>> {
  return {
    bare: await run('bare'),
    hand: await run('hand'),
    traced: await run('traced'),
    sampled: await run('sampled'),
  };
}

/** The median of the rounds, of each kind. */
function lineOf<Value>(all: Each<Value>[], figure: (value: Value, bare: Value) => number): number[] {
  return kinds.map((kind) => median(all.map((round) => figure(round[kind], round.bare))));
}
