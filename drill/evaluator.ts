import type { Alert } from '../src/core/alerts.ts';

/** Who says which alerts fire: the collector of the demo here, whatever watches over a stream elsewhere. */
export type Evaluator = {
  readonly name: string;
  /** Names of the alerts that fire now, as `src/core/alerts.ts` has them. */
  active(): Promise<readonly string[]>;
  readonly pace: Pace;
};

/** How fast an evaluator is, in seconds. */
export type Pace = {
  /** All has to be well for so long before a fault is made. */
  readonly quiet: number;
  /** An alert fires within its window, the time that it has to hold, and this. */
  readonly toFire: (alert: Alert) => number;
  /** It clears within its window and this. */
  readonly toClear: (alert: Alert) => number;
};

// A report of players and servers is up to 10 s on its way, and alerts are evaluated every 5 s.
const pace: Pace = { quiet: 15, toFire: () => 15, toClear: () => 15 };

/** The alerts of an embedded collector, by `GET /api/alerts`. */
export function collectorAlerts(url: string): Evaluator {
  return {
    name: `the collector at ${url}`,
    pace,
    async active() {
      const { alerts } = (await (await fetch(`${url}/api/alerts`)).json()) as {
        alerts: { name: string; state: string }[];
      };
      return alerts.filter(({ state }) => state === 'firing').map(({ name }) => name);
    },
  };
}
