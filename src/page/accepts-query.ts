import { withTrace } from '../core/trace-query.ts';
import { randomHex } from './random.ts';

const timeoutMs = 10_000;

/** Whether an address is answered as well with a context in its query, found out by one `HEAD` of our own. */
export async function acceptsQuery(url: string): Promise<boolean> {
  // The last part says that nobody records it.
  const context = `00-${randomHex(16)}-${randomHex(8)}-00`;
  const { ok } = await fetch(withTrace(url, context), {
    method: 'HEAD',
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return ok;
}
