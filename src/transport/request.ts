import { retryAfter } from './backoff.ts';
import { within } from './within.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/** What an attempt came to. `retry` carries the pause that the server asked for, in milliseconds, 0 for none. */
export type Outcome = 'delivered' | 'refused' | 'too_large' | { retryAfterMs: number };

type Wrapped = typeof fetch & { __original?: Wrapped; __sentry_original__?: Wrapped };

/**
 * The page's `fetch` as it was before instrumentations wrapped it: our exports must not become spans of the page's own
 * telemetry, which would be exported and traced again.
 */
export function nativeFetch(): typeof fetch {
  let found = globalThis.fetch as Wrapped;
  for (let depth = 0; depth < 8; depth++) found = found.__original ?? found.__sentry_original__ ?? found;
  return found;
}

/**
 * One POST of JSON. Never rejects; ends within 10 s. The call to `send` happens before this function returns, so that it
 * is made even while the page is going away.
 */
export async function post(
  send: typeof fetch,
  url: string,
  body: Uint8Array<ArrayBuffer>,
  options: { gzip: boolean; keepalive: boolean; headers: Record<string, string> },
): Promise<Outcome> {
  const abort = new AbortController();
  // Unreachable, CORS refused, timed out, over the browser's keepalive quota: browsers do not tell which.
  let outcome: Outcome = { retryAfterMs: 0 };
  const exchange = async () => {
    const headers = new Headers(options.headers);
    headers.set('content-type', 'application/json');
    if (options.gzip) headers.set('content-encoding', 'gzip');
    const response = await send(url, {
      method: 'POST',
      body,
      headers,
      keepalive: options.keepalive,
      credentials: 'omit',
      // The batch and its headers are for this endpoint, not for where it points.
      redirect: 'manual',
      // Playback comes first.
      priority: 'low',
      signal: abort.signal,
    });
    outcome = verdict(response);
    await drain(response);
  };
  try {
    await within(TIMEOUT_MS, exchange());
  } catch {
    // The status, if there was one, has decided already: a body that breaks off changes nothing.
    abort.abort();
  }
  return outcome;
}

function verdict({ ok, status, headers }: Response): Outcome {
  if (ok) return 'delivered';
  if (status === 413) return 'too_large';
  return /^(429|50[234])$/.test(`${status}`) ? { retryAfterMs: retryAfter(headers.get('retry-after')) } : 'refused';
}

/** Reads an answer to its end, at most 64 KiB: some browsers give the connection or the keepalive quota back only then. */
async function drain(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.length;
    if (bytes > MAX_ANSWER_BYTES) return await reader.cancel();
  }
}
