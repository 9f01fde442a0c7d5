import { expect } from '@playwright/test';

type Attributes = Record<string, string | number | boolean | null | undefined>;
export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly attributes: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
};
type StreamSummary = {
  readonly streamId: string;
  readonly plays: number;
  readonly stalls: number;
  readonly exitsBeforeStart: number;
  readonly stallsByCause: Record<string, number>;
  readonly startup: { readonly count: number };
  readonly fetch: { readonly count: number; readonly p50: number | null };
  readonly averageBitrate: number | null;
  readonly errors: readonly { readonly type: string; readonly fatal: boolean; readonly count: number }[];
};
type Viewers = {
  readonly viewers: number;
  readonly meanViewers: number;
  readonly states: Record<string, number>;
};

export type Collector = {
  readonly url: string;
  /** All spans of the story's stream that have arrived. */
  spans(): Promise<Span[]>;
  /** Waits until a span of this name arrives for which `fits` holds, and gives it. */
  span(name: string, fits?: (span: Span) => boolean): Promise<Span>;
  summary(): Promise<StreamSummary | undefined>;
  viewers(): Promise<Viewers>;
};

const patience = { timeout: 25_000, intervals: [200] };

/** Typed questions to a collector, about one stream. */
export function collectorApi(url: string, stream: string): Collector {
  const ask = async (path: string) => (await fetch(`${url}${path}`)).json();

  async function spans(): Promise<Span[]> {
    const { traces } = await ask(`/api/traces?limit=500&stream=${stream}`);
    const whole = await Promise.all(traces.map(({ traceId }: { traceId: string }) => ask(`/api/traces/${traceId}`)));
    return whole.flatMap((trace) => trace.spans as Span[]).sort((a, b) => a.startedAt - b.startedAt);
  }

  return {
    url,
    spans,
    async span(name, fits = () => true) {
      let found: Span | undefined;
      await expect(async () => {
        found = (await spans()).find((span) => span.name === name && fits(span));
        expect(found, `a span ${name}`).toBeDefined();
      }).toPass(patience);
      return found as Span;
    },
    async summary() {
      const { streams } = await ask('/api/streams');
      return streams.find(({ streamId }: StreamSummary) => streamId === stream);
    },
    async viewers() {
      const { groups } = await ask('/api/viewers');
      const mine = groups.filter(({ streamId }: { streamId: string }) => streamId === stream);
      const sum = (key: string) =>
        mine.reduce((total: number, group: Record<string, number>) => total + (group[key] ?? 0), 0);
      return { viewers: sum('viewers'), meanViewers: sum('meanViewers'), states: mine[0]?.states ?? {} };
    },
  };
}
