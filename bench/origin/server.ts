// One origin of the bench, in a process of its own: node server.ts bare|hand|traced|sampled WORKLOAD COLLECTOR. Tells its port, then what it used.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diag, SpanKind } from '@opentelemetry/api';
import type { Telemetry } from 'playscope/server';
import { instrumentOrigin, startTelemetry } from 'playscope/server';
import type { Asked } from './workloads.ts';
import { workloads } from './workloads.ts';

const [kind = 'bare', workload = 'player', endpoint = ''] = process.argv.slice(2);
const asked: readonly Asked[] = workloads[workload as keyof typeof workloads].asked;
const byPath = new Map(asked.map((each) => [each.path, { ...each, body: Buffer.alloc(each.file ? 0 : each.size, 7) }]));
let requests = 0;
let dropped = 0;

function answer({ url = '' }: IncomingMessage, response: ServerResponse) {
  requests += 1;
  const found = byPath.get(url);
  if (!found) return void response.writeHead(404).end();
  const { type, file, size, body } = found;
  response.writeHead(200, { 'content-type': type, 'content-length': size, 'cache-control': 'max-age=60' });
  if (file) createReadStream(file).pipe(response);
  else response.end(body);
}

/** The least that anybody writes with the same SDK: a span and a latency for each request, without its joins. */
function byHand({ tracerProvider, meterProvider }: Telemetry) {
  const tracer = tracerProvider.getTracer('bench');
  const latency = meterProvider.getMeter('bench').createHistogram('livestream.origin.request_latency', { unit: 'ms' });
  return (request: IncomingMessage, response: ServerResponse) => {
    const began = performance.now();
    const span = tracer.startSpan('livestream.origin.request', { kind: SpanKind.SERVER });
    response.on('close', () => {
      const of = { 'stream.id': 'bench', 'request.type': 'segment', 'http.response.status_class': '2xx' };
      latency.record(performance.now() - began, of);
      span.setAttributes({ ...of, 'request.path': request.url, 'http.response.status_code': response.statusCode });
      span.end();
    });
    answer(request, response);
  };
}

function instrumented() {
  const sampleRatio = kind === 'sampled' ? 0.1 : 1;
  // Spans for which the exporter's queue had no room.
  const warn = (message: string) => {
    dropped += Number(/^Dropped (\d+) spans/.exec(message)?.[1] ?? 0);
  };
  diag.setLogger({ warn, error: console.error, info() {}, debug() {}, verbose() {} });
  const telemetry = startTelemetry({ endpoint, serviceName: `origin-${kind}`, sampleRatio });
  if (kind === 'hand') return byHand(telemetry);
  return instrumentOrigin({ streamId: 'bench', ...telemetry }).handler(answer);
}

const server = createServer(kind === 'bare' ? answer : instrumented());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.threadCpuUsage();
  process.send?.({ requests, dropped, cpuMicros: user + system, rss: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
