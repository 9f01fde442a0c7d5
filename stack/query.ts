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

/** The one number of an answer; 0 when there is none. */
export function only([first]: readonly Sample[]): number {
  return first?.value ?? 0;
}
