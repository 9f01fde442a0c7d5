// The fast part of the truth bench: one case of each concern, and a minute of random calls, over both protocols.
import { expect, test } from '@playwright/test';
import type { Bench, Ground } from './bench.ts';
import { startBench, startGround } from './bench.ts';
import { casesOf, protocolNames } from './cases.ts';
import { rowsOf } from './compare.ts';
import type { FigureName } from './figures.ts';
import { playCase } from './play.ts';

// Where several browsers share a few cores, what a page is told late is not its network.
const needsQuiet: readonly FigureName[] = ['fetchDuration', 'ttfb'];

for (const protocol of protocolNames) {
  test.describe(protocol, () => {
    test.describe.configure({ mode: 'default' });
    let ground: Ground;
    let bench: Bench;
    test.beforeAll(async () => {
      ground = await startGround();
      bench = await startBench(ground, protocol);
    });
    test.afterAll(async () => {
      await bench.close();
      await ground.close();
    });

    for (const each of casesOf(protocol, { fast: true, seed: 1 })) {
      test(each.name, async () => {
        const rows = rowsOf(await playCase(bench, each)).filter(({ figure }) => !needsQuiet.includes(figure));
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.flatMap(({ held, wrong }) => (held ? [] : wrong))).toEqual([]);
      });
    }
  });
}
