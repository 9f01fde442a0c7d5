import type { StreamFacts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { note, ok } from '../finding.ts';

/** Whether players can tell how far behind live they are. */
export function programDateTime({ hasDates }: StreamFacts): Finding | undefined {
  if (hasDates === undefined) return undefined;
  if (hasDates) return ok('program-date-time', 'the playlist says when its pictures were captured');
  return note('program-date-time', 'no EXT-X-PROGRAM-DATE-TIME in the live playlist', ['live latency']);
}
