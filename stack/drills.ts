/** The six fault drills on the real demo, all at once, each on a stream of its own: told by vmalert through Alertmanager. */
import { carryOut } from '../drill/carry-out.ts';
import type { Drill } from '../drill/drills.ts';
import { audienceSize, drills } from '../drill/drills.ts';
import type { Evaluator, Pace } from '../drill/evaluator.ts';
import { startStage } from '../drill/stage.ts';
import type { Alert } from '../src/core/alerts.ts';
import type { Stage } from './evening.ts';
import type { OnCall } from './on-call.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';

// Reports, sums and both groups of rules are each up to 10 s late, then Alertmanager waits as long for what comes together.
const toFire = 60;
// Viewers are the mean of a minute, and no more than the sessions of the clock's minute; dark is who had none in two
// minutes, and the loss of viewers before it has been told: what comes later waits for Alertmanager's next minute.
const ofViewers = ({ statistic, comparison }: Alert) =>
  statistic.kind !== 'viewers' ? 0 : comparison === 'zero' ? 240 : 90;
const pace: Pace = {
  // Until sessions are counted of a minute in which all were there.
  quiet: 150,
  toFire: (alert) => toFire + ofViewers(alert),
  // Of a stream that it has told of already, Alertmanager tells once a minute.
  toClear: (alert) => toFire + 60 + ofViewers(alert),
};
// Who leaves or stays matters to the alerts of viewers only.
const fewViewers = 4;

/** One row for each drill: whether who is on call was told that it fires, of nothing else, and that it is over. */
export async function drillRows({
  endpoint,
  inside,
  onCall,
  say,
}: Stage & { readonly onCall: OnCall }): Promise<Row[]> {
  return Promise.all(drills.map(rehearse));

  async function rehearse(drill: Drill): Promise<Row> {
    const { alert, fault } = drill;
    const stage = await startStage({ players: endpoint, servers: inside, streamId: alert });
    try {
      const viewers = isOfViewers(drill) ? audienceSize : fewViewers;
      const result = await carryOut(drill, stage, { evaluator: tellingOnCall(onCall, alert), viewers, say });
      const { fireSec, clearSec, others, passed } = result;
      const found = [told('fires', fireSec), told('clears', clearSec), ...others.map((name) => `${name} too`)];
      return fact(`${alert}: ${fault}`, 'fires alone, clears', found.join(', '), passed);
    } finally {
      await stage.close();
    }
  }
}

function tellingOnCall(onCall: OnCall, streamId: string): Evaluator {
  return { name: 'who is on call', active: async () => onCall.firing(streamId), pace };
}

function isOfViewers({ alert }: Drill): boolean {
  return alert === 'ViewersDroppedSuddenly' || alert === 'StreamWentDark';
}

function told(what: string, seconds: number | null): string {
  return seconds === null ? `never ${what}` : `${what} after ${Math.round(seconds)} s`;
}
