import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { traceParameter } from './trace-parameter.ts';

/** The live stream from a server that refuses every parameter it has not signed; what it was asked with one of ours. */
export async function startSigned(originUrl: string) {
  const refused: string[] = [];
  const server = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', originUrl);
    if (searchParams.has(traceParameter)) {
      refused.push(asked.method ?? '');
      answer.writeHead(403, { 'access-control-allow-origin': '*' }).end();
      return;
    }
    const onward = ask(new URL(pathname, originUrl), { method: asked.method }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    onward.end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}
