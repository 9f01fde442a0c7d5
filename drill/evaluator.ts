/** Who says which alerts fire: the collector of the demo here, whatever watches over a stream elsewhere. */
export type Evaluator = {
  readonly name: string;
  /** Names of the alerts that fire now, as `src/core/alerts.ts` has them. */
  active(): Promise<readonly string[]>;
};

/** The alerts of an embedded collector, by `GET /api/alerts`. */
export function collectorAlerts(url: string): Evaluator {
  return {
    name: `the collector at ${url}`,
    async active() {
      const { alerts } = (await (await fetch(`${url}/api/alerts`)).json()) as {
        alerts: { name: string; state: string }[];
      };
      return alerts.filter(({ state }) => state === 'firing').map(({ name }) => name);
    },
  };
}
