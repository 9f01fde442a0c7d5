import type { Server } from 'node:http';

export type Address = { readonly port: number; readonly host?: string };

/** A server that is up. `close` ends its connections at once. */
export type Running = { readonly url: string; readonly port: number; close(): Promise<void> };

/** Starts a server; port 0 takes a free one. Rejects with Node's own error, such as EADDRINUSE. */
export async function listen(server: Server, { port, host }: Address): Promise<Running> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host && { host }) }, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`address: expected a port, received ${bound}`);
  return {
    url: `http://${host?.includes(':') ? `[${host}]` : (host ?? 'localhost')}:${bound.port}`,
    port: bound.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
