// The server of a bench, in a thread of its own and before all others where that is allowed: a witness of times must not
// wait for what else goes on, and packets must not either.
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Running } from '../demo/listen.ts';

const servers = {
  /** The demo's origin with every stream that it has. */
  origin: async () => (await import('../demo/origin.ts')).startOrigin({ port: 0, lowLatency: true }),
  /** The demo's SFU. */
  sfu: async () => (await import('../demo/sfu.ts')).startSfu({ port: 0 }),
} as const satisfies Record<string, () => Promise<Running>>;

/** Starts a server of the demo. */
export async function startThread(
  server: keyof typeof servers,
): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const thread = new Worker(new URL(import.meta.url), { workerData: server });
  const [url] = await once(thread, 'message');
  return { url, close: () => thread.terminate() };
}

if (!isMainThread) {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not allowed: then it has to wait with the others.
  }
  parentPort?.postMessage((await servers[workerData as keyof typeof servers]()).url);
}
