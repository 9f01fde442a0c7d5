/** The collector's HTTP interface as the war room reads it. Times are Unix ms, durations seconds, ratios 0 to 1. */

export type ViewerState = 'playing' | 'stalled' | 'starting' | 'seeking' | 'paused';

export type ViewerGroup = {
  streamId: string;
  protocol: string;
  region: string | null;
  viewerKind: 'real' | 'synthetic';
  viewers: number;
  meanViewers: number;
  states: Record<ViewerState, number>;
};

export type Viewers = { at: number; viewers: number; meanViewers: number; groups: ViewerGroup[] };

export type Quantiles = { count: number; p50: number | null; p95: number | null; p99: number | null };

export type Stream = {
  streamId: string;
  protocols: string[];
  viewers: number;
  peakViewers: number;
  lastSeen: number;
  plays: number;
  exitsBeforeStart: number;
  stalls: number;
  stallRatio: number | null;
  stallsByCause: Record<string, number>;
  startup: Quantiles;
  stallDuration: Quantiles;
  fetch: Quantiles;
  ttfb: Quantiles;
  liveLatency: Quantiles;
  /** bit/s */
  averageBitrate: number | null;
  droppedFrameRatio: number | null;
  errors: { type: string; fatal: boolean; protocol: string; count: number }[];
};

export type Streams = { at: number; streams: Stream[] };

export type Line = { label: string; attributes: Record<string, string>; values: (number | null)[] };

/** `values[i]` of a line belongs to `times[i]`. A panel whose source has never reported has no lines. */
export type Series = { stepSeconds: number; times: number[]; panels: Record<string, { lines: Line[] } | undefined> };

export type Attributes = Record<string, unknown>;

export type TraceSummary = {
  traceId: string;
  name: string;
  service: string;
  startedAt: number;
  durationMs: number;
  spans: number;
  error: boolean;
  streamId: string | null;
  sessionId: string | null;
  attributes: Attributes;
};

export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: number;
  service: string;
  startedAt: number;
  durationMs: number;
  status: 'unset' | 'ok' | 'error';
  statusMessage: string;
  attributes: Attributes;
  events: { name: string; at: number; attributes: Attributes }[];
  links: { traceId: string; spanId: string; attributes: Attributes }[];
};

/** A span of another trace. `direction` is seen from the trace that was asked for. */
export type Linked = {
  direction: 'to' | 'from';
  traceId: string;
  spanId: string;
  name: string;
  startedAt: number;
  durationMs: number;
  ofSpanId: string;
};

export type Trace = { traceId: string; spans: Span[]; linked: Linked[] };

export type AlertState = 'ok' | 'pending' | 'firing' | 'no_data';

export type AlertInstance = {
  labels: Record<string, string>;
  state: 'pending' | 'firing';
  value: number;
  threshold: number;
  since: number;
};

export type Alert = {
  name: string;
  state: AlertState;
  summary: string;
  since: number | null;
  instances: AlertInstance[];
};

export type Alerts = { at: number; alerts: Alert[] };

/** How the players' fetches are joined with their origins' side: counts by `join.grade`. */
export type Joins = { fetches: number; grades: Record<'own' | 'replayed' | 'collapsed' | 'none', number> };

/** Parameters without a value are left out. */
export type Query = Record<string, string | number | undefined>;

const timeoutMs = 8000;

/**
 * One answer of the collector. The address is relative to the page, so the war room also works under a path prefix.
 *
 * @param path such as `viewers` or `traces/4bf9…`.
 * @throws Error when there is no answer within 8 s, or when it is not a success; its message is fit for display.
 */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  const answer = await fetch(`api/${path}${search && `?${search}`}`, { signal: AbortSignal.any(signals) });
  if (!answer.ok) throw new Error(`The collector answered ${answer.status} to /api/${path}`);
  return (await answer.json()) as T;
}
