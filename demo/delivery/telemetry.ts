import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Publications } from 'playscope/server';
import { instrumentOrigin, startTelemetry } from 'playscope/server';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the origin tells a collector of the requests that it answers. */
export type OriginTelemetry = {
  /** The same answers, measured. */
  measured(handler: Handler): Handler;
  /** Sends what is left. */
  shutdown(): Promise<void>;
};

export type OriginTelemetryOptions = {
  /** Default `demo`, as the demo's pages name it. */
  readonly streamId?: string | undefined;
  /** OTLP base URL. Default: nobody is told, and answers are what they would be. */
  readonly collector?: string | undefined;
  /** Default 10 000. */
  readonly reportEveryMs?: number | undefined;
  /** Which publish made which object. */
  readonly publications: Publications;
};

/** Starts to tell the collector, as service `demo-origin`. */
export function startOriginTelemetry({
  streamId = 'demo',
  collector,
  reportEveryMs,
  publications,
}: OriginTelemetryOptions): OriginTelemetry {
  if (collector === undefined) return { measured: (handler) => handler, shutdown: async () => {} };
  const telemetry = startTelemetry({ endpoint: collector, serviceName: 'demo-origin', reportEveryMs });
  const origin = instrumentOrigin({
    // The clock and the faults belong to no stream.
    streamId: (path) => (/^\/(live|vod|ll|encrypted)\//.test(path) ? streamId : undefined),
    publications,
    ...telemetry,
  });
  return {
    measured: origin.handler,
    async shutdown() {
      origin.stop();
      await telemetry.shutdown();
    },
  };
}
