import type { IncomingMessage, ServerResponse } from 'node:http';
import { unixMs } from './clock.ts';
import type { Faults, Hit, Target } from './faults.ts';
import { hold } from './faults.ts';
import { readRange } from './range.ts';
import type { RequestRecord } from './requests.ts';
import type { Store, StoredObject } from './store.ts';
import { textObject } from './store.ts';

type Origin = { readonly store: Store; readonly faults: Faults; readonly requests: RequestRecord };

// Small enough to see how far a client that leaves has read.
const chunkBytes = 16_384;
const chunksPerSecond = 20;

/** Answers one request for an object, with the faults that meet it, and records what was done. */
export async function deliver(origin: Origin, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedAt = unixMs();
  const target = targetOf(request);
  const before = origin.store.get(target.path);
  const hits = origin.faults.meet(target);
  const progress: Progress = { bytes: 0, firstByteAt: null };
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
    const frozen = hits.find(({ effect }) => effect === 'stale')?.frozen;
    await answer(request, response, frozen ?? origin.store.get(target.path) ?? before, hits, gone.signal, progress);
  }
  await closed;
  const { bytes, firstByteAt } = progress;
  const status = firstByteAt === null ? null : response.statusCode;
  const aborted = !response.writableFinished;
  for (const { entry, finish } of hits) {
    Object.assign(entry, { status, bytes, aborted });
    finish();
  }
  const faults = hits.map(({ entry }) => entry.fault);
  origin.requests.add({ ...target, status, bytes, receivedAt, firstByteAt, finishedAt: unixMs(), aborted, faults });
}

type Progress = { bytes: number; firstByteAt: number | null };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject | undefined,
  hits: readonly Hit[],
  gone: AbortSignal,
  progress: Progress,
): Promise<void> {
  const forced = hits.find(({ effect }) => effect === 'status');
  const line = forced ? `${forced.value}: a fault answers here` : `404: there is no ${targetOf(request).path}`;
  const said = forced || !object ? textObject(`${line}\n`, 'text/plain; charset=utf-8', 'no-store') : object;
  const size = said.bytes.byteLength;
  const span = said === object ? readRange(request.headers.range, size) : undefined;
  const { from, to } = span === 'unsatisfiable' ? { from: 0, to: 0 } : (span ?? { from: 0, to: size });
  const whole = said === object ? (span === 'unsatisfiable' ? 416 : span ? 206 : 200) : (forced?.value ?? 404);
  const bare = request.method === 'HEAD' || [204, 205, 304].includes(whole);
  if (span)
    response.setHeader(
      'Content-Range',
      span === 'unsatisfiable' ? `bytes */${size}` : `bytes ${from}-${to - 1}/${size}`,
    );
  if (![204, 304].includes(whole)) response.setHeader('Content-Length', to - from);
  if (said === object) response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Type', said.contentType);
  response.setHeader('Cache-Control', said.cacheControl);
  // The header goes out first, on its own: browsers silently repeat a request that was cut before it.
  response.writeHead(whole).flushHeaders();
  progress.firstByteAt = unixMs();
  const cut = hits.find(({ effect }) => effect === 'truncate');
  const body = bare
    ? new Uint8Array()
    : said.bytes.subarray(from, cut ? from + Math.floor((to - from) * cut.value) : to);
  await send(
    response,
    body,
    hits.find(({ effect }) => effect === 'throttle'),
    gone,
    progress,
  );
  if (cut && !bare && body.byteLength < to - from) response.destroy();
  else response.end();
}

async function send(
  response: ServerResponse,
  body: Uint8Array,
  throttle: Hit | undefined,
  gone: AbortSignal,
  progress: Progress,
): Promise<void> {
  const began = performance.now();
  const slice = throttle ? Math.max(1, Math.ceil(throttle.value / chunksPerSecond)) : chunkBytes;
  for (let at = 0; at < body.byteLength && !gone.aborted; at += slice) {
    const chunk = body.subarray(at, at + slice);
    if (throttle && !throttle.ended.aborted) {
      const dueMs = began + ((at + chunk.byteLength) / throttle.value) * 1000 - performance.now();
      await hold(throttle, Math.max(0, dueMs), gone);
    }
    await new Promise<void>((resolve) => {
      const giveUp = () => resolve();
      gone.addEventListener('abort', giveUp, { once: true });
      response.write(chunk, (error) => {
        gone.removeEventListener('abort', giveUp);
        if (!error) progress.bytes += chunk.byteLength;
        resolve();
      });
    });
  }
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
