const BASE_MS = 1_000;
const MAX_MS = 30_000;
const MAX_ASKED_MS = 60_000;

/**
 * How long to wait before the next attempt, in milliseconds: random, so that the players that failed together do not come
 * back together.
 *
 * @param failures attempts that failed in a row before this one: 0 to 1 s, 0 to 2 s, 0 to 4 s … 0 to 30 s.
 * @param askedMs what the server asked for, 0 for nothing. Honoured up to 60 s, and up to half as long again.
 */
export function backoff(failures: number, askedMs: number): number {
  if (askedMs) return Math.min(askedMs, MAX_ASKED_MS) * (1 + Math.random() / 2);
  return Math.random() * Math.min(MAX_MS, BASE_MS * 2 ** failures);
}

/** A `Retry-After` header, seconds or a date, in milliseconds; 0 for none and for what makes no sense. */
export function retryAfter(value: string | null): number {
  const ms = value && (+value * 1000 || Date.parse(value) - Date.now());
  return ms && ms > 0 ? ms : 0;
}
