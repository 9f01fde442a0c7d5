// One drill on the real demo: that alerts fire and clear. All six are `npm run drill`.
import { expect } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { carryOut } from '../drill/carry-out.ts';
import { drills } from '../drill/drills.ts';
import { collectorAlerts } from '../drill/evaluator.ts';
import { startStage } from '../drill/stage.ts';
import { test } from './build.ts';

test('the drill of a stream that goes dark', async () => {
  const collector = await startCollector({ port: 0 });
  const stage = await startStage({ players: collector.url, servers: collector.url, streamId: 'demo' });
  try {
    const drill = drills.find(({ alert }) => alert === 'StreamWentDark');
    if (!drill) throw new Error('There is no such drill.');
    const result = await carryOut(drill, stage, { evaluator: collectorAlerts(collector.url) });
    expect(result).toMatchObject({ others: [], passed: true });
  } finally {
    await stage.close();
    await collector.close();
  }
});
