import type { Publications, Publish, SegmentProtocol } from 'playscope/server';
import { capacity, ingest, publications, publisher, startTelemetry } from 'playscope/server';
import type { Loop, LoopRendition } from './loop.ts';
import { sum } from './samples.ts';

/** What the packagers of a loop tell a collector of their work. */
export type PackagerTelemetry = {
  /** The publish of each object. */
  readonly publications: Publications;
  /** A publisher of segments that are in these protocols. */
  publisher(protocols: readonly SegmentProtocol[], now: () => number): Publish;
  /** A segment of the loop came in; however many packagers take it, it came once. */
  arrived(rendition: LoopRendition, sequence: number, arrival: Arrival): void;
  /** A segment took that long from its first step to its last; `folder` is where it lies. */
  packaged(folder: string, tookMs: number): void;
  /** Sends what is left. */
  shutdown(): Promise<void>;
};

export type Arrival = { readonly bytes: number; readonly lostFrames: number };

export type PackagerTelemetryOptions = {
  /** Default `demo`, as the demo's pages name it. */
  readonly streamId?: string | undefined;
  /** OTLP base URL. Default: nobody is told. */
  readonly collector?: string | undefined;
  /** Default 10 000. */
  readonly reportEveryMs?: number | undefined;
};

/** Starts to tell the collector, as service `demo-packager`. */
export function startPackagerTelemetry(
  { segmentSec, renditions }: Loop,
  { streamId = 'demo', collector, reportEveryMs }: PackagerTelemetryOptions = {},
): PackagerTelemetry {
  const telemetry =
    collector === undefined
      ? undefined
      : startTelemetry({ endpoint: collector, serviceName: 'demo-packager', reportEveryMs });
  const providers = { tracerProvider: telemetry?.tracerProvider, meterProvider: telemetry?.meterProvider };
  const incoming = ingest({ streamId, ...providers });
  const lastTookMs = new Map<string, number>();
  // Each rendition has its own course: the slowest one says whether the packager keeps up.
  const encoder = capacity({
    streamId,
    utilization: () => (lastTookMs.size > 0 ? Math.max(...lastTookMs.values()) / segmentSec / 10 : undefined),
    ...providers,
  });
  const registry = publications();
  const arriving = new Map<number, Map<string, Arrival>>();
  let newest: number | undefined;

  return {
    publications: registry,
    publisher: (protocol, now) => publisher({ streamId, protocol, publications: registry, now, ...providers }),
    arrived({ name }, sequence, arrival) {
      if (newest !== undefined && sequence <= newest) return;
      const all = arriving.get(sequence) ?? new Map<string, Arrival>();
      arriving.set(sequence, all.set(name, arrival));
      if (all.size < renditions.length) return;
      const arrivals = [...all.values()];
      const bitrateKbps = (8 * sum(arrivals.map(({ bytes }) => bytes))) / segmentSec / 1000;
      const lostFrames = sum(arrivals.map((each) => each.lostFrames));
      incoming.record({ bitrateKbps, frameDrops: lostFrames + framesOf(sequence - (newest ?? sequence - 1) - 1) });
      newest = sequence;
      for (const earlier of arriving.keys()) if (earlier <= newest) arriving.delete(earlier);
    },
    packaged: (folder, tookMs) => void lastTookMs.set(folder, tookMs),
    async shutdown() {
      encoder.end();
      await telemetry?.shutdown();
    },
  };

  /** Frames of so many segments, in all renditions: those that a machine slept over never came. */
  function framesOf(segments: number): number {
    return segments * segmentSec * sum(renditions.map(({ frameRate = 0 }) => frameRate));
  }
}
