import { cacheKey } from './checks/cache-key.ts';
import { clock, clockAhead } from './checks/clock.ts';
import { codecs } from './checks/codecs.ts';
import { cors } from './checks/cors.ts';
import { exportOfPages } from './checks/export.ts';
import { programDateTime } from './checks/program-date-time.ts';
import { queryParameter } from './checks/query-parameter.ts';
import { licenceUntold, reach } from './checks/reach.ts';
import { serverTiming } from './checks/server-timing.ts';
import { timingAllowOrigin } from './checks/timing-allow-origin.ts';
import { traceparentHeader } from './checks/traceparent-header.ts';
import type { CollectorFacts, StreamFacts, TargetFacts } from './facts.ts';
import { isAnswer, isGood } from './facts.ts';
import type { Finding } from './finding.ts';

/** How a page sends a context. */
export type Way = 'header' | 'query';

/** What all of the stream has in common. */
export function ofStream(facts: StreamFacts, browser: string): (Finding | undefined)[] {
  return [codecs(facts, browser), programDateTime(facts)];
}

/** What one role at one host is like; where it gives no good answer only that. */
export function ofTarget(facts: TargetFacts, pageOrigin: string): (Finding | undefined)[] {
  const [first] = facts.bare;
  if (facts.role === 'licence' && isAnswer(first) && !isGood(first)) return [licenceUntold(first)];
  const unreached = reach(first);
  if (unreached || !isAnswer(first)) return [unreached];
  return [
    cors(facts.inPage.bare, first, facts.url, pageOrigin),
    traceparentHeader(facts, pageOrigin),
    timingAllowOrigin(facts, pageOrigin),
    serverTiming(facts),
    queryParameter(facts),
    cacheKey(facts),
    clockAhead(facts.bare.filter(isAnswer)),
  ];
}

/** Whether exports arrive, and what time it is there. */
export function ofCollector(facts: CollectorFacts, pageOrigin: string): (Finding | undefined)[] {
  const answers = facts.exports.map(({ bare }) => bare).filter(isAnswer);
  return [exportOfPages(facts, pageOrigin), answers.length > 0 ? clock(answers) : undefined];
}

const wayOf: Partial<Record<Finding['check'], Way>> = {
  'traceparent-header': 'header',
  'query-parameter': 'query',
  'cache-key': 'query',
};

/** What pages do not do need not be mended. */
export function weighed(finding: Finding, propagate: readonly Way[]): Finding {
  const way = wayOf[finding.check];
  if (finding.verdict !== 'fix' || way === undefined || propagate.includes(way)) return finding;
  const { missing: _, ...rest } = finding;
  return { ...rest, verdict: 'note' };
}
