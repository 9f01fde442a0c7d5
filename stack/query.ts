/** Asks the metrics store as Grafana does. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type Query = (expr: string) => Promise<Sample[]>;

/** @param store base URL of VictoriaMetrics or a Prometheus. */
export function querying(store: string): Query {
  return async (expr) => {
    const response = await fetch(`${store}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${expr}: ${response.status} ${text}`);
    const { data } = JSON.parse(text) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  };
}

/** A line of a panel: what there was at which Unix second. */
export type Line = {
  readonly labels: Sample['labels'];
  readonly values: readonly (readonly [at: number, value: number])[];
};
export type Range = (expr: string) => Promise<Line[]>;

/** Seconds between two values of a line. Lines begin at a multiple, as the store would move them there. */
export const stepSec = 10;

/** Asks for a time from `from` to `to` (Unix seconds), as a panel does. */
export function ranging(store: string, from: number, to: number): Range {
  return async (expr) => {
    const [start, end] = [from, to].map((at) => String(Math.floor(at / stepSec) * stepSec));
    const query = new URLSearchParams({ query: expr, start: start ?? '', end: end ?? '', step: `${stepSec}s` });
    const response = await fetch(`${store}/api/v1/query_range?${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${expr}: ${response.status} ${text}`);
    const { data } = JSON.parse(text) as {
      data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
    };
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      values: values.map(([at, value]): [number, number] => [at, Number(value)]),
    }));
  };
}

/** The one number of an answer; 0 when there is none. */
export function only([first]: readonly Sample[]): number {
  return first?.value ?? 0;
}
