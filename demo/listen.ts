import type { Server } from 'node:http';
import type { Server as SocketServer } from 'node:net';
import { createServer } from 'node:net';

/** `host`: default `localhost`, which is this machine alone, by IPv4 and IPv6; `0.0.0.0` or `::` is everybody. */
export type Address = { readonly port: number; readonly host?: string };

/** A server that is up. `close` ends its connections at once. */
export type Running = { readonly url: string; readonly port: number; close(): Promise<void> };

/** Starts a server; port 0 takes a free one. Rejects with Node's own error, such as EADDRINUSE. */
export async function listen(server: Server, { port, host = 'localhost' }: Address): Promise<Running> {
  const own = await open(server, port, host === 'localhost' ? '127.0.0.1' : host);
  const servers: SocketServer[] = [server];
  if (host === 'localhost') {
    // A browser may take localhost for ::1, where another program could answer: so that address has to be ours too.
    // As HTTP servers do by themselves: else a header that goes out alone holds the body back for 40 ms.
    const second = createServer({ noDelay: true }, (socket) => server.emit('connection', socket));
    try {
      await open(second, own, '::1');
      servers.push(second);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
        server.close();
        throw error;
      }
    }
  }
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${own}`,
    port: own,
    async close() {
      const closed = servers.map((each) => new Promise<void>((resolve) => each.close(() => resolve())));
      server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

async function open(server: SocketServer, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`address: expected a port, received ${bound}`);
  return bound.port;
}
