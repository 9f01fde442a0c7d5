import type { Answer } from '../facts.ts';
import { readServerTiming } from './server-timing.ts';

const said = ['x-cache', 'x-cache-status', 'x-proxy-cache', 'x-cache-remote', 'cf-cache-status', 'cdn-cache'];

/** Whether a cache gave this answer, by what caches say and by what the origin says twice; undefined where nothing tells. */
export function isCached({ headers }: Answer, earlier: readonly Answer[]): boolean | undefined {
  // RFC 9211: each cache on the way adds a member; `fwd` is a miss.
  const standard = headers['cache-status'];
  if (standard !== undefined) return /;\s*hit\b/i.test(standard);
  const words = said.map((name) => headers[name]).find(Boolean);
  if (words !== undefined && /hit|stale|updating|revalidated/i.test(words)) return true;
  if (words !== undefined && /miss|expired|bypass|dynamic|pass/i.test(words)) return false;
  if (Number(headers.age) > 0) return true;
  const span = spanOf(headers);
  // Every answer of an origin has a span of its own; one that comes twice was kept.
  return span === undefined ? undefined : earlier.some((each) => spanOf(each.headers) === span);
}

function spanOf(headers: Answer['headers']): string | undefined {
  return readServerTiming(headers['server-timing'])?.traceparent;
}
