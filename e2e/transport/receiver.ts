import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A request whose body arrived in full. */
export type Arrival = { path: string; gzip: boolean; bytes: number; text: string };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** An OTLP/HTTP receiver on an origin of its own that answers as a test tells it to. */
export async function receiver() {
  const arrivals: Arrival[] = [];
  const cut: string[] = [];
  let answer: (response: ServerResponse) => unknown = (response) => response.end('{}');
  const allow = (response: ServerResponse) => {
    response.writeHead(204).end();
  };
  let preflight: (response: ServerResponse) => unknown = allow;
  let preflights = 0;
  const server = await listen(async (request, response) => {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('access-control-allow-headers', 'content-type, content-encoding');
    response.setHeader('access-control-max-age', '600');
    if (request.method === 'OPTIONS') {
      preflights += 1;
      preflight(response);
      return;
    }
    try {
      const raw = await bodyOf(request);
      const gzip = request.headers['content-encoding'] === 'gzip';
      const text = (gzip ? gunzipSync(raw) : raw).toString();
      arrivals.push({ path: request.url ?? '', gzip, bytes: raw.length, text });
      answer(response);
    } catch (error) {
      cut.push(String(error));
    }
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    arrivals,
    /** Requests that broke off on the way. */
    cut,
    /** How requests are answered from now on; without an argument not at all. */
    answer(next: (response: ServerResponse) => unknown = () => {}) {
      answer = next;
    },
    /** How preflights are answered from now on; without an argument with consent. */
    preflight(next: (response: ServerResponse) => unknown = allow) {
      preflight = next;
    },
    preflights: () => preflights,
    close: server.close,
  };
}

/** A server on a free port. */
export async function listen(handle: RequestListener) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
