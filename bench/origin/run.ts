// npm run bench:origin [-- --requests N]: a bare node:http origin beside the same with a span and a latency by hand, which is the
// floor of the SDK, and with the module, every request traced and a tenth of them sampled. All exporters are on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { quantile } from '../quantile.ts';
import { paced } from './paced.ts';
import { workloads } from './workloads.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, requests: { type: 'string' } } });
const kinds = ['bare', 'hand', 'traced', 'sampled'] as const;
type Kind = (typeof kinds)[number];
type Each<Value> = Readonly<Record<Kind, Value>>;
type Asked = { readonly path: string };
type Used = { readonly requests: number; readonly dropped: number; readonly cpuMicros: number; readonly rss: number };
type Origin = { readonly url: string; used(): Promise<Used>; end(): void };

const collector = fork(new URL('collector.ts', import.meta.url));
const [{ url: endpoint }] = (await once(collector, 'message')) as [{ url: string }];
for (const [workload, { what, asked }] of Object.entries(workloads)) {
  const origins = await each((kind) => start(kind, workload));
  const requests = asked.map(({ path }) => ({ path }));
  try {
    console.log(`\n${what}`);
    await measure(origins, requests);
    if (workload === 'memory' && values.requests) await longRun(origins.traced, requests, Number(values.requests));
  } finally {
    for (const origin of Object.values(origins)) origin.end();
  }
}
collector.disconnect();

async function measure(origins: Each<Origin>, requests: readonly Asked[]) {
  await each((kind) => saturate(origins[kind], requests, { duration: 2 }));
  const saturated = await rounds(async (kind) => {
    const before = await origins[kind].used();
    const rate = await saturate(origins[kind], requests, { duration: 3 });
    const after = await origins[kind].used();
    const micros = (after.cpuMicros - before.cpuMicros) / (after.requests - before.requests);
    return { rate, micros };
  });
  const p99 = await rounds(async (kind) => {
    const urls = requests.map(({ path }) => origins[kind].url + path);
    return quantile(await paced(urls, 2000, 3), 0.99);
  });
  const { dropped } = await origins.traced.used();
  console.log(' '.repeat(34) + kinds.map((kind) => kind.padStart(10)).join(''));
  line('saturated, requests a second', saturated, ({ rate }) => rate, 0);
  line('  fewer than bare, %', saturated, ({ rate }, bare) => (1 - rate / bare.rate) * 100, 1);
  line('processor time a request, µs', saturated, ({ micros }) => micros, 1);
  line('  more than bare, µs', saturated, ({ micros }, bare) => micros - bare.micros, 1);
  line('2,000 a second, p99 ms', p99, (ms) => ms, 2);
  line('  more than bare, ms', p99, (ms, bare) => ms - bare, 2);
  console.log(`spans for which the exporter's queue had no room: ${dropped}`);
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
  for (let round = 0; round < Number(values.rounds); round++) all.push(await each(run));
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
function line<Value>(label: string, all: Each<Value>[], figure: (value: Value, bare: Value) => number, digits: number) {
  const cells = kinds.map((kind) =>
    quantile(
      all.map((round) => figure(round[kind], round.bare)),
      0.5,
    ),
  );
  console.log(label.padEnd(34) + cells.map((cell) => cell.toFixed(digits).padStart(10)).join(''));
}
