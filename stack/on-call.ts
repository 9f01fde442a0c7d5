/** Whoever is on call: an HTTP server to which Alertmanager sends what fires, and what is over. */
import { createServer } from 'node:http';
import type { Running } from '../demo/listen.ts';
import { listen } from '../demo/listen.ts';

export type OnCall = Running & {
  /** Names of the alerts of a stream that have fired so far, over or not. */
  fired(streamId: string): readonly string[];
  /** Of them those that are not over. */
  firing(streamId: string): readonly string[];
};

type Message = { readonly alerts: readonly { status: string; labels: { alertname: string; stream_id: string } }[] };

/** Starts it on a free port of this machine. */
export async function startOnCall(): Promise<OnCall> {
  const heard = new Map<string, Map<string, string>>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    for (const { status, labels } of (JSON.parse(body) as Message).alerts) {
      const ofStream = heard.get(labels.stream_id) ?? new Map<string, string>();
      heard.set(labels.stream_id, ofStream.set(labels.alertname, status));
    }
    response.end();
  });
  const statuses = (streamId: string) => [...(heard.get(streamId) ?? [])];
  return {
    ...(await listen(server, { port: 0, host: '127.0.0.1' })),
    fired: (streamId) => statuses(streamId).map(([name]) => name),
    firing: (streamId) => statuses(streamId).flatMap(([name, status]) => (status === 'firing' ? [name] : [])),
  };
}
