import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const attempts = 5;

/**
 * Listens on a host. `localhost` means both loopback addresses, IPv4 and IPv6, whichever of them a client resolves it to.
 *
 * @param port 0 takes a free one.
 * @throws the system's error with its code, such as EADDRINUSE, and a message that names port and host.
 */
export async function listen(
  handle: RequestListener,
  host: string,
  port: number,
): Promise<{ port: number; servers: Server[] }> {
  if (host !== 'localhost') {
    const server = await listenOn(handle, host, port);
    return { port: portOf(server), servers: [server] };
  }
  for (let attempt = 1; ; attempt += 1) {
    const first = await listenOn(handle, '127.0.0.1', port);
    try {
      return { port: portOf(first), servers: [first, await listenOn(handle, '::1', portOf(first))] };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE') return { port: portOf(first), servers: [first] }; // A machine without IPv6.
      await closeAll([first]);
      if (port !== 0 || attempt === attempts) throw error;
    }
  }
}

/** Ends servers and their connections. */
export async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

function listenOn(handle: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 }, handle);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use' : (error.code ?? error.message);
      error.message = `port: expected a free one on ${host}, received ${port}: ${why}`;
      reject(error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
