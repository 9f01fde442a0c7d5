import type { TargetFacts } from '../facts.ts';
import { isAnswer } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

/** Whether Resource Timing tells the page of this host what went on. */
export function timingAllowOrigin({ inPage, bare }: TargetFacts, pageOrigin: string): Finding {
  const { isTimed } = inPage.bare;
  if (isTimed === undefined) return note('timing-allow-origin', 'this browser recorded no timing of it');
  if (isTimed) return ok('timing-allow-origin', 'the page sees phases, sizes and Server-Timing');
  const [first] = bare;
  const allowed = isAnswer(first) ? first.headers['timing-allow-origin'] : undefined;
  return fix(
    'timing-allow-origin',
    allowed ? `Timing-Allow-Origin: ${allowed} is not ${pageOrigin}` : 'no Timing-Allow-Origin',
    `answer with Timing-Allow-Origin: ${pageOrigin}, or *`,
    ['DNS, connect, TLS and wait of a fetch', 'cache status', 'join.grade (none)', 'clock.offset_ms'],
  );
}
