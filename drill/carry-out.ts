import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../src/core/alerts.ts';
import { alerts } from '../src/core/alerts.ts';
import type { Drill } from './drills.ts';
import { audienceSize } from './drills.ts';
import type { Evaluator } from './evaluator.ts';
import type { Stage, TakeAway } from './stage.ts';

/** How a drill went; durations are null where it did not happen in time. */
export type Result = {
  readonly drill: Drill;
  readonly fireSec: number | null;
  readonly fireLimitSec: number;
  readonly clearSec: number | null;
  readonly clearLimitSec: number;
  /** Alerts that fired although nothing says that they should. */
  readonly others: readonly string[];
  readonly passed: boolean;
};

export type Watch = {
  readonly evaluator: Evaluator;
  /** So many watch while all is well. Default `audienceSize`. */
  readonly viewers?: number;
  readonly say?: (text: string) => void;
  /** Resolves after so many ms. Default the real time. */
  readonly pause?: (ms: number) => Promise<void>;
  /** Monotonic ms. */
  readonly now?: () => number;
};

const pollMs = 500;
const quietWithinSec = 240;
// On a busy machine now and then somebody waits for a segment.
const mostUnwell = 0.1;

/** Waits until all is well and quiet, breaks it, waits for the alert, mends it, and waits until the alert has gone. */
export async function carryOut(drill: Drill, stage: Stage, watch: Watch): Promise<Result> {
  const { evaluator, viewers = audienceSize, say = () => {}, pause = sleep, now = () => performance.now() } = watch;
  const { pace } = evaluator;
  const alert = alerts.find(({ name }) => name === drill.alert) as Alert;
  const fireLimitSec = alert.windowSeconds + alert.forSeconds + pace.toFire(alert);
  const clearLimitSec = alert.windowSeconds + pace.toClear(alert);
  const others = new Set<string>();
  const expected: readonly string[] = [drill.alert, ...drill.implies];

  /** Seconds until this holds of the alerts that fire; null after `limitSec`. */
  async function until(holds: (active: readonly string[]) => boolean, limitSec: number): Promise<number | null> {
    const from = now();
    for (;;) {
      const active = await evaluator.active();
      const sec = (now() - from) / 1000;
      for (const name of active) if (!expected.includes(name)) others.add(name);
      if (holds(active)) return sec;
      if (sec > limitSec) return null;
      await pause(pollMs);
    }
  }

  await stage.audience.become(viewers);
  const end: TakeAway = (await drill.prepare?.(stage)) ?? (async () => {});
  try {
    await quiet();
    say(`${drill.alert}: ${drill.fault}`);
    const takeAway = await drill.inject(stage);
    const fireSec = await until((active) => active.includes(drill.alert), fireLimitSec);
    say(`${drill.alert}: ${fireSec === null ? `silent for ${fireLimitSec} s` : `fires after ${fireSec.toFixed(1)} s`}`);
    await takeAway();
    const clearSec = await until((active) => !expected.some((name) => active.includes(name)), clearLimitSec);
    say(
      `${drill.alert}: ${clearSec === null ? `still firing ${clearLimitSec} s later` : `clear after ${clearSec.toFixed(1)} s`}`,
    );
    const passed = fireSec !== null && clearSec !== null && others.size === 0;
    return { drill, fireSec, fireLimitSec, clearSec, clearLimitSec, others: [...others], passed };
  } finally {
    await end();
  }

  async function quiet() {
    const from = now();
    for (let since = from; now() - since < pace.quiet * 1000; await pause(pollMs)) {
      const active = await evaluator.active();
      const unwell = await stage.audience.unwell();
      if (active.length > 0 || unwell.length > mostUnwell * viewers) since = now();
      if (now() - from <= quietWithinSec * 1000) continue;
      throw new Error(
        `It did not become quiet within ${quietWithinSec} s: ${[...active, ...unwell].join(', ') || 'not for long enough'}.`,
      );
    }
  }
}
