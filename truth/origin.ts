// The origin of a bench, in a thread of its own and before all others where that is allowed: a witness of times must not
// wait for what else goes on.
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startOrigin } from '../demo/origin.ts';

/** Starts the demo's origin with every stream that it has. */
export async function startOriginThread(): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const thread = new Worker(new URL(import.meta.url));
  const [url] = await once(thread, 'message');
  return { url, close: () => thread.terminate() };
}

if (!isMainThread) {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not allowed: then it has to wait with the others.
  }
  parentPort?.postMessage((await startOrigin({ port: 0, lowLatency: true })).url);
}
