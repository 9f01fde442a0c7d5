/** What the page draws. */
export type Drawn = {
  readonly title: string;
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** Between two values of a line; lines begin at a multiple. */
  readonly stepSec: number;
  readonly panels: readonly DrawnPanel[];
};

export type DrawnPanel = {
  readonly type: 'timeseries' | 'stat' | 'table';
  readonly title: string;
  /** One of Grafana's. */
  readonly unit: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** What an alert compares with. */
  readonly limit: number | null;
  readonly leadsToTraces: boolean;
  readonly lines: readonly DrawnLine[];
  readonly rows: readonly TraceRow[];
};

export type DrawnLine = { readonly name: string; readonly values: readonly (readonly [at: number, value: number])[] };

export type TraceRow = {
  readonly traceId: string;
  readonly name: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
};
