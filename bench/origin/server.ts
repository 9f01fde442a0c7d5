// One origin of the bench, in a process of its own: node server.ts bare|traced|sampled COLLECTOR. Tells its port, then its memory when asked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instrumentOrigin, startTelemetry } from 'playscope/server';

const [kind = 'bare', endpoint = ''] = process.argv.slice(2);
// A small segment: what a request costs shows best where the body costs little.
const body = Buffer.alloc(10_000, 7);
const head = { 'content-type': 'video/mp4', 'content-length': body.length, 'cache-control': 'max-age=60' };

function answer(_: IncomingMessage, response: ServerResponse) {
  response.writeHead(200, head);
  response.end(body);
}

function instrumented() {
  const telemetry = startTelemetry({
    endpoint,
    serviceName: `origin-${kind}`,
    sampleRatio: kind === 'sampled' ? 0.1 : 1,
  });
  return instrumentOrigin({ streamId: 'bench', ...telemetry }).handler(answer);
}

const server = createServer(kind === 'bare' ? answer : instrumented());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ rss: process.memoryUsage().rss }));
process.on('disconnect', () => process.exit());
