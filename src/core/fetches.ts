import { add, tell } from './accounts.ts';
import type { Outcome, Request } from './events.ts';
import type { Session } from './session.ts';

const mostSuspects = 32;
const mostAnswered = 8;
// A request that took this long within a stall is what the viewer waited for.
const slowMs = 1000;

/** A request attempt is sent, or has ended: what a stall may be waiting for, and what the totals count. */
export function request(s: Session, at: number, sent: Request, outcome: Outcome | undefined): Session {
  const { id, objectType } = sent;
  if (!outcome) {
    if (sent.blocking) return s;
    return { ...s, inFlight: [...s.inFlight, { id, objectType, sentAt: at, failed: false }].slice(-mostSuspects) };
  }
  const failed = outcome.result === 'failed';
  const suspect = { id, objectType, sentAt: at - outcome.durationMs, failed };
  const slow = outcome.result === 'ok' && !sent.chunked && outcome.durationMs > slowMs;
  const telling = failed || slow;
  const healed =
    outcome.result === 'ok' ? s.failures.filter((failure) => failure.objectType !== objectType) : s.failures;
  const counted = add(
    {
      ...s,
      inFlight: s.inFlight.filter((other) => other.id !== id),
      failures: failed ? [...healed, suspect].slice(-mostSuspects) : healed,
      answered:
        failed || sent.blocking ? s.answered : [...s.answered, { ...suspect, endedAt: at }].slice(-mostAnswered),
      lastFetch: { request: sent, outcome },
      stall:
        s.stall && telling ? { ...s.stall, suspects: [...s.stall.suspects, suspect].slice(-mostSuspects) } : s.stall,
    },
    {
      requests: 1,
      bytes: outcome.bytes,
      requestsAborted: outcome.result === 'aborted' ? 1 : 0,
      requestsFailed: failed ? 1 : 0,
      errors: failed ? 1 : 0,
    },
  );
  return tell(counted, { kind: 'fetch', at, request: sent, outcome });
}
