import type { IncomingMessage, ServerResponse } from 'node:http';
import { unixMs } from '../clock.ts';
import type { Hit, Target } from './faults.ts';
import { hold } from './faults.ts';
import { readRange } from './range.ts';
import type { StoredObject } from './store.ts';
import { textObject } from './store.ts';

/** A request that is being answered, and the faults that meet it. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly hits: readonly Hit[];
  /** Aborts when the client has left. */
  readonly gone: AbortSignal;
};

/** How far the answer got: body bytes handed to the network, and when the header and the last of them were (Unix ms). */
export type Progress = { bytes: number; firstByteAt: number | null; lastByteAt: number | null };

// Small enough to see how far a client that leaves has read.
const chunkBytes = 16_384;
const chunksPerSecond = 20;
const bodyless = [204, 205, 304];

/** Sends an object, or the line that says why not: `found` is a status, or undefined where there is nothing. */
export async function answer(
  exchange: Exchange,
  found: StoredObject | number | undefined,
  progress: Progress,
): Promise<void> {
  const { request, response, target, hits } = exchange;
  const forced = hits.find(({ effect }) => effect === 'status')?.value;
  const object = forced === undefined && typeof found === 'object' ? found : undefined;
  const refused = forced ?? (typeof found === 'number' ? found : 404);
  const said = object ?? textObject(`${reason(refused, forced !== undefined, target.path)}\n`, ...plainText);
  const size = said.bytes.byteLength;
  const growth = said.growth && said.growth.available() < size ? said.growth : undefined;
  const span = object && !growth ? readRange(request.headers.range, size) : undefined;
  const { from, to } = span === 'unsatisfiable' ? { from: 0, to: 0 } : (span ?? { from: 0, to: size });
  const status = object ? (span === 'unsatisfiable' ? 416 : span ? 206 : 200) : refused;
  if (span)
    response.setHeader(
      'Content-Range',
      span === 'unsatisfiable' ? `bytes */${size}` : `bytes ${from}-${to - 1}/${size}`,
    );
  // What is still being produced goes out in chunks, of a length that nobody is told.
  if (!bodyless.includes(status) && !growth) response.setHeader('Content-Length', to - from);
  if (object) response.setHeader('Accept-Ranges', growth ? 'none' : 'bytes');
  response.setHeader('Content-Type', said.contentType);
  response.setHeader('Cache-Control', said.cacheControl);
  // The header goes out first, on its own: browsers silently repeat a request that was cut before it.
  response.writeHead(status).flushHeaders();
  progress.firstByteAt = unixMs();
  progress.lastByteAt = progress.firstByteAt;
  const cut = hits.find(({ effect }) => effect === 'truncate');
  const isBare = request.method === 'HEAD' || bodyless.includes(status);
  const end = cut ? from + Math.floor((to - from) * cut.value) : to;
  const body = isBare ? new Uint8Array() : said.bytes.subarray(from, end);
  await send(exchange, body, growth, progress);
  if (cut && !isBare && end < to) response.destroy();
  else response.end();
}

async function send(
  { response, hits, gone }: Exchange,
  body: Uint8Array,
  growth: StoredObject['growth'],
  progress: Progress,
): Promise<void> {
  const throttle = hits.find(({ effect }) => effect === 'throttle');
  const began = performance.now();
  const slice = throttle ? Math.max(1, Math.ceil(throttle.value / chunksPerSecond)) : chunkBytes;
  for (let at = 0; at < body.byteLength && !gone.aborted; ) {
    await growth?.reach(at + 1, gone);
    const chunk = body.subarray(at, Math.min(at + slice, growth?.available() ?? body.byteLength));
    if (throttle && !throttle.ended.aborted) {
      const dueMs = began + ((at + chunk.byteLength) / throttle.value) * 1000 - performance.now();
      await hold(throttle, Math.max(0, dueMs), gone);
    }
    await new Promise<void>((resolve) => {
      // All before it was taken, and so will this be: the callback only waits for its turn.
      progress.lastByteAt = unixMs();
      const giveUp = () => resolve();
      gone.addEventListener('abort', giveUp, { once: true });
      response.write(chunk, (error) => {
        gone.removeEventListener('abort', giveUp);
        if (!error) progress.bytes += chunk.byteLength;
        resolve();
      });
    });
    at += chunk.byteLength;
  }
}

const plainText = ['text/plain; charset=utf-8', 'no-store'] as const;

function reason(status: number, isFault: boolean, path: string): string {
  if (isFault) return `${status}: a fault answers here`;
  return status === 404 ? `404: there is no ${path}` : `${status}: ${path} does not have what the query asks for`;
}
