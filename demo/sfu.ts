import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { answerFaults } from './faults/api.ts';
import type { Running } from './listen.ts';
import { listen } from './listen.ts';
import { json, line } from './reply.ts';
import { createRoom } from './sfu/room.ts';
import { startSfuTelemetry } from './sfu/telemetry.ts';
import { answerSession } from './sfu/whip-whep.ts';

export type SfuOptions = {
  /** Default 8082; 0 takes a free one. */
  readonly port?: number;
  /** Default `localhost`: this machine alone. */
  readonly host?: string;
  /** OTLP base URL of a collector, which gets the SFU's side of every connection. Default: none. */
  readonly collector?: string | undefined;
  /** How often it gets it, in ms. Default 10 000. */
  readonly reportEveryMs?: number | undefined;
};

const openToAll = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Location, Retry-After',
};
const preflight = {
  'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'traceparent, tracestate, content-type, authorization, if-match',
  'Access-Control-Max-Age': '86400',
};

/**
 * Starts the demo's SFU: streams come in by WHIP under `/whip/{stream}` and go out by WHEP under `/whep/{stream}`; it takes
 * faults under `/faults` and tells what it really did under `/sessions`.
 */
export async function startSfu({ port = 8082, host, collector, reportEveryMs }: SfuOptions = {}): Promise<Running> {
  const telemetry = collector === undefined ? undefined : startSfuTelemetry(collector, reportEveryMs);
  const room = createRoom(telemetry);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(openToAll)) response.setHeader(name, value);
    route(room, request, response).catch((error) => {
      console.error(`sfu: ${request.method} ${request.url}:`, error);
      response.destroy();
    });
  });
  const running = await listen(server, { port, ...(host && { host }) });
  return {
    ...running,
    async close() {
      await room.close();
      await running.close();
    },
  };
}

async function route(
  room: ReturnType<typeof createRoom>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '/';
  if (request.method === 'OPTIONS') response.writeHead(204, preflight).end();
  else if (/^\/faults(?:\/|$)/.test(path)) await answerFaults(room.faults, request, response);
  else if (/^\/(?:whip|whep|session)\//.test(path)) await answerSession(room, request, response);
  else if (path === '/sessions' && request.method === 'GET') json(response, 200, room.sessions());
  else line(response, 404, `404: there is no ${path}`);
}
