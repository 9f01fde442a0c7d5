// A cluster of two origins: node test-cluster.ts COLLECTOR. Tells its port once both are up; each answers with its process id.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { instrumentOrigin } from './origin.ts';
import { startTelemetry } from './telemetry.ts';

const [endpoint = ''] = process.argv.slice(2);

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  const listening = await Promise.all(workers.map((worker) => once(worker, 'listening')));
  process.send?.({ port: listening[0]?.[0].port });
  process.on('disconnect', () => process.exit());
} else {
  const telemetry = startTelemetry({ endpoint, serviceName: 'cluster-origin', reportEveryMs: 1000 });
  const origin = instrumentOrigin({ streamId: (path) => path.split('/')[1], ...telemetry });
  createServer(origin.handler((_, response) => void response.end(String(process.pid)))).listen(0, '127.0.0.1');
}
