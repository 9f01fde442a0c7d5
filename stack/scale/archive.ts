/** What is on its way to ClickHouse, taken from the Collector with its very kafka.yaml: whose presence it is, and how much. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Archive = {
  /** `host:port` that takes OTLP as JSON. */
  readonly address: string;
  /** Seconds of presence of a stream, by session. */
  presenceOf(streamId: string): ReadonlyMap<string, number>;
  close(): Promise<void>;
};

/** Merged in after kafka.yaml, in the place of exporter.yaml. */
export const archiveExporter = `exporters:
  otlp_http/archive:
    endpoint: http://archive:4318
    encoding: json
    compression: none
service:
  pipelines:
    metrics: { exporters: [otlp_http/archive] }
    traces: { exporters: [otlp_http/archive] }
`;

/** Stands where ClickHouse would. */
export async function startArchive(): Promise<Archive> {
  const streams = new Map<string, Map<string, number>>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (request.url?.endsWith('/metrics')) take(JSON.parse(Buffer.concat(parts).toString()));
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    presenceOf: (streamId) => streams.get(streamId) ?? new Map(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function take({ resourceMetrics }: Body) {
    for (const { resource, scopeMetrics } of resourceMetrics) {
      const session = text(resource.attributes, 'session.id');
      const points = scopeMetrics.flatMap(({ metrics }) =>
        metrics.flatMap(({ name, sum }) => (name === 'livestream.viewer.presence' ? (sum?.dataPoints ?? []) : [])),
      );
      for (const { attributes, asDouble = 0 } of points) {
        const streamId = text(attributes, 'stream.id');
        const sessions = streams.get(streamId) ?? new Map<string, number>();
        streams.set(streamId, sessions.set(session, (sessions.get(session) ?? 0) + asDouble));
      }
    }
  }
}

type Attributes = readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
type Metric = {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly { readonly attributes: Attributes; readonly asDouble?: number }[] };
};
type Body = {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
};

function text(attributes: Attributes, name: string): string {
  return attributes.find(({ key }) => key === name)?.value.stringValue ?? '';
}
