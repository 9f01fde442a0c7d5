/** Whoever is on call: an HTTP server to which Alertmanager sends what fires. */
import { createServer } from 'node:http';
import type { Running } from '../demo/listen.ts';
import { listen } from '../demo/listen.ts';

export type OnCall = Running & {
  /** Names of the alerts that have fired so far. */
  readonly fired: ReadonlySet<string>;
};

/** Starts it on a free port of this machine. */
export async function startOnCall(): Promise<OnCall> {
  const fired = new Set<string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { alerts } = JSON.parse(body) as { alerts: { status: string; labels: { alertname: string } }[] };
    for (const { status, labels } of alerts) if (status === 'firing') fired.add(labels.alertname);
    response.end();
  });
  return { ...(await listen(server, { port: 0, host: '127.0.0.1' })), fired };
}
