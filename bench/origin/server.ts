// One origin of the bench, in a process of its own: node server.ts bare|traced|sampled disk|memory COLLECTOR. Tells its port, then what it used.
import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import { instrumentOrigin, startTelemetry } from 'playscope/server';

const [kind = 'bare', source = 'disk', endpoint = ''] = process.argv.slice(2);
const folder = new URL('../../demo/media/v180/', import.meta.url);
const segments = readdirSync(folder).filter((name) => name.startsWith('seg-'));
const media = segments.map((name) => new URL(name, folder)).map((file) => ({ file, size: statSync(file).size }));
const small = Buffer.alloc(10_000, 7);
let requests = 0;
let dropped = 0;

function answer(_: IncomingMessage, response: ServerResponse) {
  const { file, size } = media[requests % media.length] as (typeof media)[number];
  requests += 1;
  const length = source === 'disk' ? size : small.length;
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': length, 'cache-control': 'max-age=60' });
  if (source === 'disk') createReadStream(file).pipe(response);
  else response.end(small);
}

function instrumented() {
  const sampleRatio = kind === 'sampled' ? 0.1 : 1;
  // Spans for which the exporter's queue had no room.
  const warn = (message: string) => {
    dropped += Number(/^Dropped (\d+) spans/.exec(message)?.[1] ?? 0);
  };
  diag.setLogger({ warn, error: console.error, info() {}, debug() {}, verbose() {} });
  const telemetry = startTelemetry({ endpoint, serviceName: `origin-${kind}`, sampleRatio });
  return instrumentOrigin({ streamId: 'bench', ...telemetry }).handler(answer);
}

const server = createServer(kind === 'bare' ? answer : instrumented());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.threadCpuUsage();
  process.send?.({ requests, dropped, cpuMicros: user + system, rss: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
