import { traceParameter } from '../../core/trace-query.ts';
import { isCached } from '../answers/cached.ts';
import type { TargetFacts } from '../facts.ts';
import { isGood } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

/** Whether a cache keeps one copy however the parameter reads: else every viewer's request is one for the origin. */
export function cacheKey({
  bare: [first, second],
  withQuery,
  withOtherQuery,
  bareAgain,
}: TargetFacts): Finding | undefined {
  if (!isGood(first) || !isGood(second) || !isGood(withQuery)) return undefined;
  const isKept = isCached(second, [first]);
  if (isKept === undefined) return note('cache-key', 'nothing tells whether a cache answered');
  if (!isKept) return ok('cache-key', 'no cache keeps it');
  const queried = isCached(withQuery, [first, second]);
  // A copy may have run out in between: with a key that leaves the parameter out, the next request finds the new one.
  const other = isGood(withOtherQuery) && isCached(withOtherQuery, [first, second, withQuery]);
  const again = isGood(bareAgain) && isCached(bareAgain, [first, second]);
  if (queried !== false || other !== false || !again) return ok('cache-key', 'a hit with any value of the parameter');
  return fix(
    'cache-key',
    'a hit without the parameter, a miss with each value of it',
    `leave ${traceParameter} out of the cache key`,
  );
}
