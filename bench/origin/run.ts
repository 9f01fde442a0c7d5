// npm run bench:origin [-- --requests N]: a bare node:http origin beside the same with the module, whose exporter is on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { startCollector } from 'playscope/collector';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string' } } });
const kinds = ['bare', 'traced', 'sampled'] as const;
type Kind = (typeof kinds)[number];

const collector = await startCollector({ port: 0 });
const origins = Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await start(kind)]))) as Record<
  Kind,
  Awaited<ReturnType<typeof start>>
>;

try {
  for (const kind of kinds) await load(kind, { duration: 2, connections: 32 });
  const saturated = await rounds({ duration: 4, connections: 32 }, ({ requests }) => requests.average);
  const paced = await rounds({ duration: 4, connections: 16, overallRate: 2000 }, ({ latency }) => latency.p99);
  console.log(`saturated, requests a second    ${row(saturated, 0)}`);
  for (const kind of ['traced', 'sampled'] as const) {
    const fewer = median(saturated.map((round) => 1 - round[kind] / round.bare)) * 100;
    console.log(`  fewer with every request ${kind.padEnd(8)}${fewer.toFixed(1)} %`);
  }
  console.log(`2,000 requests a second, p99 ms ${row(paced, 2)}`);
  if (values.requests) await longRun(Number(values.requests));
} finally {
  for (const { child } of Object.values(origins)) child.disconnect();
  await collector.close();
}

async function start(kind: Kind) {
  const child = fork(new URL('server.ts', import.meta.url), [kind, collector.url]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, url: `http://127.0.0.1:${port}/live/seg-1.m4s` };
}

function load(kind: Kind, options: Omit<autocannon.Options, 'url'>): Promise<autocannon.Result> {
  return autocannon({ url: origins[kind].url, ...options });
}

/** One after the other, in turns: machines are shared, so only what one round has side by side compares. */
async function rounds(options: Omit<autocannon.Options, 'url'>, figure: (result: autocannon.Result) => number) {
  const all: Record<Kind, number>[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const figures: Partial<Record<Kind, number>> = {};
    for (const kind of kinds) figures[kind] = figure(await load(kind, options));
    all.push(figures as Record<Kind, number>);
  }
  return all;
}

/** Memory over many requests: after the first tenth, and at the end. */
async function longRun(amount: number) {
  const memory = async () => {
    const { child } = origins.traced;
    child.send('memory');
    const [{ rss }] = (await once(child, 'message')) as [{ rss: number }];
    return Math.round(rss / 1e6);
  };
  await load('traced', { amount: Math.round(amount / 10), connections: 32 });
  const before = await memory();
  await load('traced', { amount: Math.round((amount * 9) / 10), connections: 32 });
  console.log(
    `memory over ${amount.toLocaleString('en')} requests: ${before} MB after a tenth, ${await memory()} MB at the end`,
  );
}

function row(all: readonly Record<Kind, number>[], digits: number): string {
  return kinds.map((kind) => `${kind} ${median(all.map((round) => round[kind])).toFixed(digits)}`.padEnd(18)).join('');
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
}
