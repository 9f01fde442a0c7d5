// npm run bench:playback [-- --wire | --rounds N | --quick]: the same playback without an SDK, with Playscope, and with its peers.
import { parseArgs } from 'node:util';
import { benchText } from '../page.ts';
import { writeResult } from '../result.ts';
import type { Sdk } from '../stage/sdks.ts';
import { startStage } from '../stage/stage.ts';
import type { Viewing } from '../stage/viewing.ts';
import { view } from '../stage/viewing.ts';
import { foundOf } from './found.ts';
import { starts } from './starts.ts';
import { timers } from './timers.ts';
import { wires, wireTables } from './wire.ts';

const { values } = parseArgs({
  options: { wire: { type: 'boolean' }, rounds: { type: 'string', default: '4' }, quick: { type: 'boolean' } },
});
const quick = values.quick ?? false;
const { rounds, seconds, wireSeconds, startRounds, timerSeconds } = quick
  ? { rounds: 1, seconds: 3, wireSeconds: 30, startRounds: 1, timerSeconds: 3 }
  : { rounds: Number(values.rounds), seconds: 60, wireSeconds: 125, startRounds: 12, timerSeconds: 20 };
const sdks: readonly Sdk[] = ['none', 'playscope', 'mux', 'faro'];

const stage = await startStage();
try {
  const sent = await wires(stage, wireSeconds);
  if (values.wire) {
    console.log(benchText({ tables: wireTables(sent), goals: [] }));
  } else {
    const viewings = await play();
    const found = foundOf({
      browser: `Chromium ${stage.version}`,
      seconds,
      rounds: viewings,
      wires: sent,
      starts: await starts(stage, sdks, startRounds),
      timers: await timers(stage, ['playscope', 'mux', 'faro'], timerSeconds),
    });
    writeResult('playback', found, { quick });
    console.log(benchText(found));
  }
} finally {
  stage.close();
}

/** One after the other, and each round begins with another one: machines are shared. */
async function play(): Promise<readonly (readonly Viewing[])[]> {
  const all: Viewing[][] = [];
  for (let round = 0; round < rounds; round++) {
    const order = sdks.map((_, i) => sdks[(i + round) % sdks.length] as Sdk);
    const played: Viewing[] = [];
    for (const sdk of order) played.push(await view(stage, sdk, seconds));
    all.push(played);
  }
  return all;
}
