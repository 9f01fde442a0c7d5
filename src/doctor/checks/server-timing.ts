import { readServerTiming } from '../answers/server-timing.ts';
import type { TargetFacts } from '../facts.ts';
import { isAnswer } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

const how = 'instrument the origin (instrumentOrigin, or docs/guides/wire-contract.md), and let caches keep the header';

/** Whether answers lead to the origin's span and to the publish of their object. */
export function serverTiming({ role, bare: [first] }: TargetFacts): Finding | undefined {
  if (!isAnswer(first)) return undefined;
  const said = readServerTiming(first.headers['server-timing']);
  if (said?.traceparent === undefined) {
    return fix('server-timing', said ? 'Server-Timing without traceparent' : 'no Server-Timing', how, [
      'join.grade (none)',
      "links to the origin's span and to the publish",
      'clock.offset_ms',
    ]);
  }
  if (said.atMs === undefined) {
    return fix('server-timing', 'Server-Timing without at', 'add at, the Unix ms at which the answer began', [
      'clock.offset_ms',
      'own and replayed told apart',
    ]);
  }
  // What is asked for is an object that somebody published: only of segments the publisher tells.
  if (role === 'segment' && said.publish === undefined) {
    return note('server-timing', 'traceparent and at, no publish: the origin knows not who published it', [
      'links to the publish',
    ]);
  }
  return ok('server-timing', said.publish ? 'traceparent, publish and at' : 'traceparent and at');
}
