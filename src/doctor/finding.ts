import type { ClockOffset } from './answers/clock-offset.ts';
import type { Role } from './facts.ts';

export type CheckName =
  | 'reach'
  | 'cors'
  | 'traceparent-header'
  | 'timing-allow-origin'
  | 'server-timing'
  | 'query-parameter'
  | 'cache-key'
  | 'clock'
  | 'export'
  | 'location'
  | 'codecs'
  | 'program-date-time';

/** What one check found: `fix` makes the exit code 1, a `note` is worth knowing. */
export type Finding = {
  readonly check: CheckName;
  readonly verdict: 'ok' | 'fix' | 'note';
  /** What was found. */
  readonly said: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Figures that will not be there for this reason. */
  readonly missing?: readonly string[];
  /** Of a clock. */
  readonly offset?: ClockOffset;
};

/** A finding and where it was made; what is said of the whole stream has the role `playlist`. */
export type PlacedFinding = Finding & { readonly role: Role; readonly host: string };

export function ok(check: CheckName, said: string): Finding {
  return { check, verdict: 'ok', said };
}

export function fix(check: CheckName, said: string, advice: string, missing: readonly string[] = []): Finding {
  return { check, verdict: 'fix', said, advice, ...(missing.length > 0 && { missing }) };
}

export function note(check: CheckName, said: string, missing: readonly string[] = []): Finding {
  return { check, verdict: 'note', said, ...(missing.length > 0 && { missing }) };
}
