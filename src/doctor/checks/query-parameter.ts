import { traceParameter } from '../../core/trace-query.ts';
import type { TargetFacts } from '../facts.ts';
import { isAnswer, isGood } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

/** Whether an address stays good with the parameter that carries a context. */
export function queryParameter({ url, withQuery, bareAgain }: TargetFacts): Finding | undefined {
  if (isGood(withQuery)) return ok('query-parameter', 'answered as without it');
  // Gone in the meantime, as things of a live stream go.
  if (!isGood(bareAgain)) return undefined;
  const said = isAnswer(withQuery) ? `${withQuery.status} with it` : `no answer with it: ${withQuery.error}`;
  if (new URL(url).search) {
    return note('query-parameter', `${said}; players add none to addresses with parameters of their own`);
  }
  return fix(
    'query-parameter',
    said,
    `let the server pass ${traceParameter} over, or leave this origin out of propagate.query`,
    ['child spans of the server by query'],
  );
}
