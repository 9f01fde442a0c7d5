// The fast part of the truth bench: one case of each concern, and a minute of random calls, over every protocol.
import { expect, test } from '@playwright/test';
import { findFirefox } from '../scripts/browser.ts';
import type { Ground } from './bench.ts';
import { startBench, startGround } from './bench.ts';
import type { Case } from './case.ts';
import { casesOf, rtcCasesOf } from './cases.ts';
import { browsersCompared, rowsOf } from './compare.ts';
import type { FigureName } from './figures.ts';
import { playCase } from './play.ts';
import type { Stand } from './stand.ts';
import { startRtcBench } from './webrtc/bench.ts';

// Where several browsers share a few cores, what a page is told late is not its network.
const needsQuiet: readonly FigureName[] = ['fetchDuration', 'ttfb'];

const choice = { fast: true, seed: 1 };

for (const protocol of ['hls', 'dash'] as const) {
  test.describe(protocol, () => {
    plays((ground) => startBench(ground, protocol), casesOf({ protocol, browser: 'chromium' }, choice));
  });
}
for (const browser of browsersCompared) {
  test.describe(`webrtc in ${browser}`, () => {
    test.skip(browser === 'firefox' && !findFirefox(), 'no Firefox on this machine');
    plays((ground) => startRtcBench(ground, browser), rtcCasesOf({ protocol: 'webrtc', browser }, choice));
  });
}

function plays<At extends Stand>(start: (ground: Ground) => Promise<At>, cases: readonly Case<At>[]) {
  test.describe.configure({ mode: 'default' });
  let ground: Ground;
  let stand: At;
  test.beforeAll(async () => {
    ground = await startGround();
    stand = await start(ground);
  });
  test.afterAll(async () => {
    await stand.close();
    await ground.close();
  });

  for (const each of cases) {
    test(each.name, async () => {
      const rows = rowsOf(await playCase(stand, each)).filter(({ figure }) => !needsQuiet.includes(figure));
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.flatMap(({ held, wrong }) => (held ? [] : wrong))).toEqual([]);
    });
  }
}
