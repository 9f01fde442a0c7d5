/** Asks Jaeger by its API, and gives spans as the war room has them. */
import type { Span } from '../src/warroom/api.ts';

type Tag = { readonly key: string; readonly value: unknown };
type JaegerSpan = {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly processID: string;
  /** Unix µs. */
  readonly startTime: number;
  /** µs. */
  readonly duration: number;
  readonly tags: readonly Tag[];
  readonly references: readonly { refType: 'CHILD_OF' | 'FOLLOWS_FROM'; traceID: string; spanID: string }[];
};
type JaegerTrace = {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: readonly Tag[] }>>;
};

export type Search = {
  readonly service: string;
  readonly operation?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Unix ms. */
  readonly from?: number;
  readonly to?: number;
};
export type Jaeger = {
  /** The spans of a trace; none when there is no such trace. */
  trace(traceId: string): Promise<readonly Span[]>;
  /** The traces that have such a span, whole. */
  search(search: Search): Promise<readonly (readonly Span[])[]>;
};

/** @param url of its query API. */
export function jaegerAt(url: string): Jaeger {
  async function ask(path: string) {
    const response = await fetch(`${url}/api/traces${path}`);
    if (response.status === 404) return [];
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { data: JaegerTrace[] }).data.map(spansOf);
  }

  return {
    trace: async (traceId) => (await ask(`/${traceId}`))[0] ?? [],
    search: ({ service, operation, tags = {}, from = Date.now() - 3_600_000, to = Date.now() }) =>
      ask(
        `?${new URLSearchParams({
          ...{ service, ...(operation && { operation }), tags: JSON.stringify(tags) },
          ...{ start: String(Math.floor(from) * 1000), end: String(Math.ceil(to) * 1000), limit: '1000' },
        })}`,
      ),
  };
}

function spansOf({ spans, processes }: JaegerTrace): readonly Span[] {
  return spans.map(({ traceID, spanID, operationName, processID, startTime, duration, tags, references }) => {
    const { serviceName = '', tags: resource = [] } = processes[processID] ?? {};
    const attributes = Object.fromEntries([...resource, ...tags].map(({ key, value }) => [key, value]));
    const parent = references.find(({ refType, traceID: of }) => refType === 'CHILD_OF' && of === traceID);
    return {
      ...{ traceId: traceID, spanId: spanID, parentSpanId: parent?.spanID ?? null },
      ...{ name: operationName, kind: 0, service: serviceName, attributes },
      ...{ startedAt: startTime / 1000, durationMs: duration / 1000 },
      ...{ status: attributes['otel.status_code'] === 'ERROR' ? 'error' : 'unset', statusMessage: '', events: [] },
      links: references
        .filter((reference) => reference !== parent)
        .map((link) => ({ traceId: link.traceID, spanId: link.spanID, attributes: {} })),
    };
  });
}
