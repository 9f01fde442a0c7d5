import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { unixMs } from './clock.ts';
import { deliver } from './delivery/deliver.ts';
import { createFaults } from './delivery/faults.ts';
import { createRequestRecord } from './delivery/requests.ts';
import type { Store } from './delivery/store.ts';
import { clockObject, jsonObject } from './delivery/store.ts';
import { startOriginTelemetry } from './delivery/telemetry.ts';
import { answerFaults } from './faults/api.ts';
import type { Running } from './listen.ts';
import { listen } from './listen.ts';
import { aes128 } from './packager/aes-128.ts';
import { cenc, clearKeyLicence } from './packager/cenc.ts';
import { loadLoop } from './packager/loop.ts';
import { startLowLatency } from './packager/low-latency.ts';
import { publishOnDemand } from './packager/on-demand.ts';
import { startPackager } from './packager/packager.ts';
import { startPackagerTelemetry } from './packager/telemetry.ts';

export type OriginOptions = {
  /** Default 8081; 0 takes a free one. */
  readonly port?: number;
  /** Default `localhost`: this machine alone. */
  readonly host?: string;
  /** Unix milliseconds. Default the machine's clock. */
  readonly now?: () => number;
  /** OTLP base URL of a collector, which gets what packaging and answering tell. Default: none. */
  readonly collector?: string | undefined;
  /** How often it gets it, in ms. Default 10 000. */
  readonly reportEveryMs?: number | undefined;
  /** `stream.id` of what they tell. Default `demo`, as the demo's pages name it. */
  readonly streamId?: string | undefined;
  /** Also publishes the stream with low latency, under `/ll/`. Default false. */
  readonly lowLatency?: boolean;
};

const licencePath = '/encrypted/licence';

const openToAll = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Length, Content-Range, Date, Server-Timing',
  'Timing-Allow-Origin': '*',
};
const preflight = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'traceparent, tracestate, range, content-type',
  'Access-Control-Max-Age': '86400',
};

/**
 * Starts the demo's origin: packages the live stream and serves it under `/live/`, the loop once under `/vod/`, the time
 * under `/time`, and takes faults under `/faults`.
 */
export async function startOrigin({
  port = 8081,
  host,
  now = unixMs,
  lowLatency = false,
  collector,
  reportEveryMs,
  streamId,
}: OriginOptions = {}): Promise<Running> {
  const store: Store = new Map();
  const faults = createFaults(store);
  const requests = createRequestRecord();
  const origin = { store, faults, requests };
  const loop = await loadLoop();
  const telemetry = startPackagerTelemetry(loop, { streamId, collector, reportEveryMs });
  // Its `publications` say which publish made which object.
  const answers = startOriginTelemetry({ streamId, collector, reportEveryMs, publications: telemetry.publications });
  const server = createServer(
    answers.measured((request, response) => {
      for (const [name, value] of Object.entries(openToAll)) response.setHeader(name, value);
      route(origin, request, response).catch((error) => {
        // The client gets a cut answer, the others keep theirs.
        console.error(`origin: ${request.method} ${request.url}:`, error);
        response.destroy();
      });
    }),
  );
  store.set('/time', clockObject(now));
  publishOnDemand(loop, store);
  const running = await listen(server, { port, ...(host && { host }) });
  const { holdPublication: hold, slowStep: slow, frameLoss } = faults;
  const publication = { loop, store, now, hold, slow, frameLoss, telemetry, originUrl: running.url };
  const packagers = [
    startPackager(publication),
    startPackager({ ...publication, root: '/encrypted', protection: aes128(store, '/encrypted') }),
    startPackager({ ...publication, root: '/encrypted', protection: cenc(`${running.url}${licencePath}`) }),
    ...(lowLatency ? [startLowLatency(publication)] : []),
  ];
  store.set(licencePath, jsonObject(clearKeyLicence));
  store.set('/streams', jsonObject(['live', ...(lowLatency ? ['ll'] : []), 'encrypted']));
  return {
    ...running,
    async close() {
      for (const packager of packagers) packager.close();
      faults.remove();
      await running.close();
      await Promise.all([answers.shutdown(), telemetry.shutdown()]);
    },
  };
}

async function route(
  origin: Parameters<typeof deliver>[0],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, preflight).end();
  } else if (/^\/faults(?:[/?]|$)/.test(request.url ?? '')) {
    await answerFaults(origin.faults, request, response, { requests: origin.requests.list });
  } else if (request.method === 'GET' || request.method === 'HEAD' || isLicenceRequest(request)) {
    await deliver(origin, request, response);
  } else {
    response.writeHead(405, { Allow: 'GET, HEAD, OPTIONS', 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`method: expected GET or HEAD, received ${request.method}\n`);
  }
}

/** A licence is asked for by POST; whichever keys the body names, the answer has the only one. */
function isLicenceRequest({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url?.split('?')[0] === licencePath;
}
