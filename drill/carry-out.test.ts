import { expect, test } from 'vitest';
import type { AlertName } from '../src/core/alerts.ts';
import { carryOut } from './carry-out.ts';
import type { Drill } from './drills.ts';
import { drills } from './drills.ts';
import type { Stage } from './stage.ts';
import { tableOf } from './table.ts';

/** When an alert fires and until when, in seconds since the fault; without an end it clears 3 s after the fault has gone. */
type Firing = { readonly name: AlertName; readonly fromSec: number; readonly toSec?: number };

/** A stage without a stream, on a clock of its own, with an evaluator that follows a script. */
async function rehearse(firings: readonly Firing[], of: Partial<Drill> = {}) {
  let nowMs = 0;
  let brokenAt = Number.POSITIVE_INFINITY;
  let mendedAt = Number.POSITIVE_INFINITY;
  const drill: Drill = {
    ...{ alert: 'StreamWentDark', fault: 'all viewers leave', implies: ['ViewersDroppedSuddenly'], ...of },
    inject: async () => {
      brokenAt = nowMs;
      return async () => {
        mendedAt = nowMs;
      };
    },
  };
  const people = { become: async () => {}, unwell: async () => [] };
  const evaluator = {
    name: 'a script',
    pace: { quiet: 15, toFire: () => 15, toClear: () => 15 },
    async active() {
      const isFiring = ({ fromSec, toSec }: Firing) =>
        nowMs >= brokenAt + fromSec * 1000 && nowMs < (toSec === undefined ? mendedAt + 3000 : brokenAt + toSec * 1000);
      return firings.filter(isFiring).map(({ name }) => name);
    },
  };
  const pause = async (ms: number) => {
    nowMs += ms;
  };
  return carryOut(drill, { audience: people } as unknown as Stage, { evaluator, pause, now: () => nowMs });
}

const dark = { name: 'StreamWentDark', fromSec: 20 } as const;

test('an alert that fires in time and alone, and clears, passes', async () => {
  const result = await rehearse([dark]);
  expect(result).toMatchObject({ fireSec: 20, clearSec: 3, fireLimitSec: 30, others: [], passed: true });
  expect(tableOf([result])).toMatch(/StreamWentDark .* 20\.0 s +30 s +3\.0 s .*passed$/);
});

test('what the fault implies may fire as well, but has to clear', async () => {
  const implied = { name: 'ViewersDroppedSuddenly', fromSec: 5 } as const;
  expect(await rehearse([dark, implied])).toMatchObject({ others: [], passed: true });
  expect(await rehearse([dark, { ...implied, toSec: 900 }])).toMatchObject({ clearSec: null, passed: false });
});

test.each([
  ['silent', [], { fireSec: null }],
  ['late', [{ ...dark, fromSec: 40 }], { fireSec: null }],
  ['never over', [{ ...dark, toSec: 900 }], { clearSec: null }],
  ['not alone', [dark, { name: 'OriginSlow', fromSec: 19, toSec: 21 }], { others: ['OriginSlow'] }],
] as const)('an alert that is %s fails', async (_, firings, expected) => {
  const result = await rehearse(firings);
  expect(result).toMatchObject({ ...expected, passed: false });
  expect(tableOf([result])).toContain('FAILED');
});

test('there is a drill for each alert', () => {
  expect(drills.map(({ alert }) => alert).sort()).toEqual([
    'IngestBitrateLow',
    'OriginSlow',
    'SegmentPublishSlow',
    'StreamWentDark',
    'ViewersDroppedSuddenly',
    'WebRTCPacketLossHigh',
  ]);
});
