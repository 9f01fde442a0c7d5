import { clockOffset } from '../answers/clock-offset.ts';
import type { Answer } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

const mostMs = 1000;

/** Whether a server and this machine agree on the time, to a second beyond what can be told. */
export function clock(answers: readonly Answer[]): Finding {
  const offset = clockOffset(answers);
  if (offset === undefined) return note('clock', 'no Date in its answers');
  const { offsetMs, errorMs } = offset;
  // Answers on both sides of a second tell it more exactly than the clocks of servers are cut.
  const withinMs = Math.max(100, Math.abs(offsetMs) + errorMs);
  const sec = (ms: number) => (Math.abs(ms) / 1000).toFixed(1);
  if (Math.abs(offsetMs) - errorMs <= mostMs) {
    return { ...ok('clock', `that of this machine to ${sec(withinMs)} s`), offset };
  }
  const said = `${sec(offsetMs)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine's, ± ${sec(errorMs)} s`;
  return { ...fix('clock', said, 'set the clocks of both by NTP'), offset };
}

/** The same for answers that a cache may have kept: only a clock that is ahead can be told. */
export function clockAhead(answers: readonly Answer[]): Finding | undefined {
  const { offsetMs = 0 } = clockOffset(answers, true) ?? {};
  if (offsetMs <= mostMs) return undefined;
  return fix(
    'clock',
    `${(offsetMs / 1000).toFixed(1)} s ahead of this machine's or more`,
    'set the clocks of both by NTP',
  );
}
