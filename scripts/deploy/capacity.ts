/** docs/guides/capacity.md: arithmetic from what `npm run stack:throughput -- --write` and `npm run stack:clickhouse` have measured. */
import { readFileSync } from 'node:fs';

type Cost = { readonly cpuSeconds: number; readonly megabytes: number };
export type Measured = {
  readonly viewers: number;
  readonly seconds: number;
  readonly report: {
    readonly bytes: number;
    readonly points: { readonly presence: number; readonly sums: number; readonly histograms: number };
  };
  readonly oneMachine: Run;
  readonly scale: Run & { readonly recordBytes: number };
};
type Run = { readonly reports: number; readonly series: number; readonly programs: Readonly<Record<string, Cost>> };

const audiences = [10_000, 1_000_000, 10_000_000];
const everySeconds = 10;
const daySeconds = 86_400;
// As many gigabytes as a provider of storage means.
const [mega, giga, tera] = [1e6, 1e9, 1e12];
// docs/guides/clickhouse.md: bytes on disk and processor time of a row.
const rowBytes = { presence: 7.8, sums: 23.7, histograms: 47.8 };
const rowCpuMicros = 5;
// A core is not to be full: what is there for the rush of the first minute, and for one that has failed.
const fullness = 0.6;
// What an event of the kind has, for the number of series.
const groups = { small: 99, great: 1, regions: 20, protocols: 3 };
const partitions = 64;

const measured: Measured = JSON.parse(readFileSync('scripts/deploy/measured.json', 'utf8'));

const programs: readonly (readonly [what: string, names: readonly string[]])[] = [
  ['nginx', ['proxy-proxy']],
  ['gateways', ['gateway-collector']],
  ['Kafka, one copy', ['kafka']],
  ['aggregators: Collector', ['aggregator-collector']],
  ['aggregators: vmagent', ['aggregator-vmagent']],
];

/** The page, from the last measurement. */
export function capacityPage(): string {
  const { viewers, seconds, report, oneMachine, scale } = measured;
  const mean = report.points.sums + report.points.histograms;
  return `<!-- Made by npm run docs from scripts/deploy/measured.json; scripts/deploy/capacity.ts has the words. -->
# Capacity

What viewers cost, and so how much of everything an audience wants. Measured is the cost of one; the rest is arithmetic, and nobody
has sent ten million viewers here.

## What one viewer costs

A player reports every ${everySeconds} s. Its report in the middle of an evening is ${report.bytes} bytes of gzip in one request, with ${mean.toFixed(0)} points
in it: ${report.points.sums.toFixed(0)} of counters, of which ${report.points.presence.toFixed(1)} of presence, and ${report.points.histograms.toFixed(0)} histograms. In Kafka it takes ${scale.recordBytes} bytes (zstd).

\`npm run stack:throughput\` sends recorded reports of ${count(viewers)} viewers for ${seconds} s to the very files of \`deploy/\`, on one machine, and reads
the processor time of each program. Cores for 10,000 viewers, and memory with ${count(viewers)}:

| one machine | cores | memory | | at scale | cores | memory |
|---|---:|---:|---|---|---:|---:|
${sideBySide(oneMachine, scale)}

Collector, vmagent and VictoriaMetrics of one machine together: **${count(perCore(oneMachine, ['collector', 'vmagent', 'victoria-metrics']))} viewers a core**. At scale, from the door to what is
written to the store, ClickHouse aside: **${count(perCore(scale, Object.keys(scale.programs).filter(inPath)))} viewers a core**.

## What an audience wants

${table()}

- *Cores* are full to ${fullness * 100} % then: the rest is for the rush of the first minute and for what has failed. Kafka's are of three copies.
- *Kafka* was sent ${count(viewers / everySeconds)} records a second over ${partitions} partitions: each is a batch of its own then. Of more there are more in a batch,
  which costs less and is packed better, so its figures here are the most that it wants.
- *Series* are of ${groups.great} great stream and ${groups.small} small ones, ${groups.regions} regions and ${groups.protocols} protocols, of each the ${seriesPerGroup()} that the simulated players
  have; they depend on what is watched and not on how many watch. Each shard has its own of the great one.
- *Samples* into the store come every 10 s from one machine, every second from shards, of which the store
  keeps one in ten.
- *ClickHouse* keeps every point for two days and presence for a week
  ([bytes and times of a row](clickhouse.md)); the days here are days at this audience, and few streams have one all day.
- This is an evening in which something happens to everybody all the time. A player to whom nothing happens sends one whole report
  a minute, and five of presence alone ([decision 20](../decisions/0020-a-whole-report-a-minute.md)): the requests stay, the bytes are
  about half. Spans are not in it: they are of the sessions that are sampled.

## Where the sizes come from

\`deploy/sizes/100k\` and \`deploy/sizes/1m\` start the replicas that this arithmetic gives, at a core or two each, rounded up; the
autoscaler does the rest for gateways. Aggregators are not autoscaled: a new shard moves partitions, and each that moves is late by
seconds. Start as many as the evening wants. The ${partitions} partitions of \`deploy/scale/values/kafka.yaml\` are for ${partitions} shards, each as fast as
one core can read; ten million viewers want ${count(shards(10_000_000))}, as many partitions, and three digits of the hash in \`collector/gateway.yaml\`.
`;
}

function table(): string {
  const rows: [string, (viewers: number) => string][] = [
    ['requests a second', (n) => count(n / everySeconds)],
    ['into nginx', (n) => bits((n / everySeconds) * measured.report.bytes)],
    [
      'Kafka, on three brokers, in six hours',
      (n) => bytes((n / everySeconds) * measured.scale.recordBytes * 3 * 6 * 3600),
    ],
    ...programs
      .filter(([, names]) => perViewer(measured.scale, names) > 0)
      .map(([what, names]): [string, (n: number) => string] => [
        `cores: ${what === 'Kafka, one copy' ? 'Kafka' : what}`,
        (n) => cores(n, perViewer(measured.scale, names) * (what.startsWith('Kafka') ? 3 : 1)),
      ]),
    ['shards of two cores', (n) => count(shards(n))],
    ['series', (n) => count(series(n))],
    ['samples a second into the store', (n) => count(series(n))],
    ['ClickHouse: rows a second', (n) => count((n / everySeconds) * points())],
    ['ClickHouse: cores to insert', (n) => cores(n, (points() / everySeconds) * rowCpuMicros * 1e-6)],
    ['ClickHouse: disk of a day, all points', (n) => bytes((n / everySeconds) * pointBytes() * daySeconds)],
    ['ClickHouse: disk of a day, presence', (n) => bytes((n / everySeconds) * presenceBytes() * daySeconds)],
  ];
  const head = `| viewers | ${audiences.map(count).join(' | ')} |\n|---|${audiences.map(() => '---:|').join('')}`;
  return [head, ...rows.map(([what, of]) => `| ${what} | ${audiences.map(of).join(' | ')} |`)].join('\n');
}

function sideBySide(one: Run, scale: Run): string {
  const left = Object.entries(one.programs).filter(counts);
  const right = Object.entries(scale.programs).filter(counts);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    return `| ${cells(one, left[i])} | | ${cells(scale, right[i])} |`;
  }).join('\n');
}

function cells(run: Run, program: readonly [string, Cost] | undefined): string {
  if (!program) return ' | | ';
  const [name, { megabytes }] = program;
  return `${shown(name)} | ${(perViewer(run, [name]) * 10_000).toFixed(2)} | ${megabytes} MB`;
}

function shown(name: string): string {
  return name
    .replace(/^(\w+)-\1$/, '$1')
    .replace('aggregator-', 'aggregators: ')
    .replace('gateway-collector', 'gateways');
}

/** Programs that grow with the audience. In the place of ClickHouse another program took what its Collector sends. */
function counts([name, { cpuSeconds }]: readonly [string, Cost]): boolean {
  return cpuSeconds > 0 && !name.startsWith('clickhouse');
}

function inPath(name: string): boolean {
  return /^(proxy|gateway|kafka|aggregator)/.test(name);
}

/** Cores that a viewer takes. */
function perViewer({ reports, programs }: Run, names: readonly string[]): number {
  const seconds = names.reduce((sum, name) => sum + (programs[name]?.cpuSeconds ?? 0), 0);
  return seconds / (reports * everySeconds);
}

function perCore(run: Run, names: readonly string[]): number {
  return Math.round(1 / perViewer(run, names) / 100) * 100;
}

function shards(viewers: number): number {
  const two = perViewer(measured.scale, ['aggregator-collector', 'aggregator-vmagent']) / 2;
  return Math.max(3, Math.ceil((viewers * two) / fullness));
}

function seriesPerGroup(): number {
  // One stream in three regions and over three protocols was sent.
  return Math.round(measured.oneMachine.series / 9);
}

function series(viewers: number): number {
  const streams = groups.small + groups.great * shards(viewers);
  return seriesPerGroup() * groups.regions * groups.protocols * streams;
}

function points(): number {
  return measured.report.points.sums + measured.report.points.histograms;
}

function pointBytes(): number {
  return measured.report.points.sums * rowBytes.sums + measured.report.points.histograms * rowBytes.histograms;
}

function presenceBytes(): number {
  return measured.report.points.presence * rowBytes.presence;
}

function cores(viewers: number, each: number): string {
  const wanted = (viewers * each) / fullness;
  return wanted < 10 ? wanted.toFixed(1) : count(wanted);
}

function count(value: number): string {
  const digits = value < 1000 ? 0 : -2;
  const rounded = value < 1000 ? Math.ceil(value) : Math.round(value / 10 ** -digits) * 10 ** -digits;
  return rounded.toLocaleString('en');
}

function bits(bytesPerSecond: number): string {
  const bit = bytesPerSecond * 8;
  return bit < giga ? `${(bit / mega).toFixed(0)} Mbit/s` : `${(bit / giga).toFixed(1)} Gbit/s`;
}

function bytes(value: number): string {
  if (value < tera) return `${(value / giga).toFixed(value < 10 * giga ? 1 : 0)} GB`;
  return `${(value / tera).toFixed(1)} TB`;
}
