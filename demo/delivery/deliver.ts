import type { IncomingMessage, ServerResponse } from 'node:http';
import { unixMs } from '../clock.ts';
import type { Progress } from './answer.ts';
import { answer } from './answer.ts';
import type { Faults, Hit, Target } from './faults.ts';
import { hold } from './faults.ts';
import type { RequestRecord } from './requests.ts';
import type { Store, StoredObject } from './store.ts';

type Origin = { readonly store: Store; readonly faults: Faults; readonly requests: RequestRecord };

/** Answers one request for an object, with the faults that meet it, and records what was done. */
export async function deliver(origin: Origin, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedAt = unixMs();
  const target = targetOf(request);
  const before = origin.store.get(target.path);
  const hits = origin.faults.meet(target);
  const progress: Progress = { bytes: 0, firstByteAt: null, lastByteAt: null };
  const gone = new AbortController();
  const closed = new Promise<void>((resolve) =>
    response.once('close', () => {
      gone.abort();
      resolve();
    }),
  );
  for (const hit of hits) {
    if (hit.effect === 'delay') await hold(hit, hit.value, gone.signal);
    if (hit.effect === 'hang') await hold(hit, Number.POSITIVE_INFINITY, gone.signal);
  }
  if (!gone.signal.aborted) {
    const object = await present(origin.store.get(target.path) ?? before, target, hits, gone.signal);
    if (!gone.signal.aborted) await answer({ request, response, target, hits, gone: gone.signal }, object, progress);
  }
  await closed;
  const { bytes, firstByteAt, lastByteAt } = progress;
  const status = firstByteAt === null ? null : response.statusCode;
  const aborted = !response.writableFinished;
  for (const { entry, finish } of hits) {
    Object.assign(entry, { status, bytes, aborted });
    finish();
  }
  const faults = hits.map(({ entry }) => entry.fault);
  const finishedAt = (aborted ? null : lastByteAt) ?? unixMs();
  origin.requests.add({ ...target, status, bytes, receivedAt, firstByteAt, finishedAt, aborted, faults });
}

/** What to send: a playlist as it was when a fault froze it, or whatever is there, once there is something of it. */
async function present(
  object: StoredObject | undefined,
  target: Target,
  hits: readonly Hit[],
  gone: AbortSignal,
): Promise<StoredObject | number | undefined> {
  if (hits.some(({ effect }) => effect === 'status')) return object;
  const frozen = hits.find(({ effect }) => effect === 'stale')?.frozen;
  if (frozen) return frozen;
  await object?.growth?.reach(1, gone);
  return object?.awaited ? object.awaited(target.query, gone) : object;
}

function targetOf(request: IncomingMessage): Target {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const { remoteAddress, remotePort } = request.socket;
  const { traceparent } = request.headers;
  return {
    method: request.method ?? 'GET',
    path,
    query,
    client: remoteAddress && remotePort ? { address: remoteAddress, port: remotePort } : null,
    traceparent: typeof traceparent === 'string' ? traceparent : null,
  };
}
