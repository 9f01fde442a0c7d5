import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { closeAll, listen } from '../collector/receive/listen.ts';
import { problem } from './problem.ts';
import type { ExportRequest } from './tap.ts';

/** What stands between the viewers and the collector: it has the page that plays, and passes on what viewers send. */
export type Relay = {
  /** OTLP/HTTP base URL for viewers, and where the page is. */
  readonly url: string;
  /** Export requests that the collector did not take. */
  refused(): number;
  close(): Promise<void>;
};

// Seen from a built chunk, from the built entries, and from this file.
const places = ['../player/', './player/', '../../dist/player/'];
const timeoutMs = 10_000;

/**
 * Viewers report to this address, so that neither a CORS rule of the collector nor its credentials concern their pages.
 *
 * @param endpoint OTLP/HTTP base URL of the collector.
 * @param headers of the requests to it, such as an authorization.
 * @param take sees each request first.
 */
export async function startRelay(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  take: (request: ExportRequest) => void,
): Promise<Relay> {
  const folder = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
  const page = folder === undefined ? undefined : sirv(folder, { etag: true });
  let refused = 0;

  async function pass(request: IncomingMessage, response: ServerResponse, signal: ExportRequest['signal']) {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const contentType = request.headers['content-type'] ?? 'application/json';
    const contentEncoding = String(request.headers['content-encoding'] ?? '');
    take({ signal, contentType, contentEncoding, body });
    const sent = {
      ...headers,
      'content-type': contentType,
      ...(contentEncoding && { 'content-encoding': contentEncoding }),
    };
    const answer = await postTo(endpoint, signal, body, sent);
    if (!answer.ok) refused += 1;
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    const [, signal] = /^\/v1\/(metrics|traces)$/.exec(request.url ?? '') ?? [];
    const notFound = () => void response.writeHead(404).end();
    if (!signal || request.method !== 'POST') return page ? page(request, response, notFound) : notFound();
    pass(request, response, signal as ExportRequest['signal']).catch(() => {
      refused += 1;
      // The viewer keeps it and tries again.
      if (!response.headersSent) response.writeHead(503).end();
    });
  }

  const { port, servers } = await listen(handle, '127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}`, refused: () => refused, close: () => closeAll(servers) };
}

/** Whether a collector takes what will be sent to it. @throws one sentence when it does not. */
export async function checkCollector(endpoint: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const sent = { ...headers, 'content-type': 'application/json' };
  const answer = await postTo(endpoint, 'metrics', Buffer.from('{"resourceMetrics":[]}'), sent).catch((error) => error);
  if (answer instanceof Response && answer.ok) return;
  const why = answer instanceof Response ? `answered ${answer.status}` : 'cannot be reached';
  const advice =
    'expected the base URL of an OTLP/HTTP receiver; OTEL_EXPORTER_OTLP_HEADERS holds what it wants to know';
  throw problem('ERR_START', `endpoint: ${endpoint} ${why}, ${advice}`);
}

function postTo(endpoint: string, signal: string, body: Buffer, headers: Record<string, string>): Promise<Response> {
  const url = endpoint.replace(/\/*(?=\?|$)/, `/v1/${signal}`);
  return fetch(url, { method: 'POST', headers, body: new Uint8Array(body), signal: AbortSignal.timeout(timeoutMs) });
}
