import type { MeterProvider } from '@opentelemetry/api';
import { serverMetrics } from '../core/signals.ts';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import { polls } from './polls.ts';
import { meterOf } from './providers.ts';

type Read<T> = () => T | undefined | PromiseLike<T | undefined>;

export type CapacityOptions = {
  /** `stream.id`, where encoder and edges serve one stream alone. Default: none is told. */
  readonly streamId?: string | undefined;
  /**
   * How busy the encoder is, in %; above 100 it cannot keep up. Read at each export; undefined: not known now,
   * of which an exporter of cumulative temporality makes the value before.
   */
  readonly utilization?: Read<number> | undefined;
  /** What each edge node sends, in Mbit/s, by its host: `cdn.host`, so a bounded list. Undefined: not known now. */
  readonly edgeBandwidth?: Read<Readonly<Record<string, number>>> | undefined;
  /** Milliseconds between two readings of the edges, 100 to 120 000, default 10 000. */
  readonly readEveryMs?: number | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly meterProvider?: MeterProvider | undefined;
};

/**
 * `livestream.encoder.utilization` and `livestream.edge.bandwidth`, as callbacks that are asked for them. What a callback throws
 * is not told; the next reading comes all the same. Keeps no process alive. A wrong option gives one console message, and nothing
 * is measured.
 */
export function capacity(options: CapacityOptions): { end(): void } {
  const wrong = wrongOption('capacity', options);
  if (wrong !== undefined) {
    console.error(`${wrong} Nothing is measured.`);
    return { end() {} };
  }
  const { streamId, utilization, edgeBandwidth, readEveryMs = 10_000 } = options;
  const meter = meterOf(options);
  const common = streamId === undefined ? {} : { 'stream.id': streamId };
  const measure = instruments(meter, common);
  const { unit } = serverMetrics['livestream.encoder.utilization'];

  const gauge = utilization && meter.createObservableGauge('livestream.encoder.utilization', { unit });
  const observe: Parameters<NonNullable<typeof gauge>['addCallback']>[0] = async (result) => {
    const percent = await attempt(utilization);
    if (Number.isFinite(percent) && (percent as number) >= 0) result.observe(percent as number, common);
  };
  gauge?.addCallback(observe);

  const reading = edgeBandwidth && polls(readEdges, () => readEveryMs);
  async function readEdges() {
    for (const [host, megabits] of Object.entries((await attempt(edgeBandwidth)) ?? {})) {
      measure('livestream.edge.bandwidth', megabits, { 'cdn.host': host });
    }
  }
  void reading?.now();
  reading?.wait();

  return {
    end() {
      gauge?.removeCallback(observe);
      void reading?.stop(async () => {});
    },
  };
}

async function attempt<T>(read: Read<T> | undefined): Promise<T | undefined> {
  try {
    return await read?.();
  } catch {
    return undefined;
  }
}
