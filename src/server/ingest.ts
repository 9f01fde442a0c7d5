import type { MeterProvider } from '@opentelemetry/api';
import { serverMetrics } from '../core/signals.ts';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import { meterOf } from './providers.ts';

export type IngestOptions = {
  /** `stream.id`: the live stream that comes in. */
  readonly streamId: string;
  /** `protocol` by which it comes in, such as `webrtc`. Default: none is told. */
  readonly protocol?: string | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly meterProvider?: MeterProvider | undefined;
};

/** What came in since the sample before. */
export type IngestSample = {
  /** kbit/s, all media together. */
  readonly bitrateKbps?: number | undefined;
  /** Frames lost since the sample before, not since the start. */
  readonly frameDrops?: number | undefined;
};

export type Ingest = {
  /** Records a sample. What is not a finite number, 0 or above, is ignored. */
  record(sample: IngestSample): void;
  /**
   * Records each sample that a source gives, a number being a bitrate in kbit/s. Resolves when the source ends, rejects with
   * its own error when it fails, and takes nothing more from it than one sample after the other.
   */
  follow(source: AsyncIterable<IngestSample | number>): Promise<void>;
};

/**
 * `livestream.ingest.bitrate` and `livestream.ingest.frame_drops` of one stream, from whatever knows them. 0 drops are worth
 * telling: without a sample nobody looks. A wrong option gives one console message, and nothing is measured.
 */
export function ingest(options: IngestOptions): Ingest {
  const wrong = wrongOption('ingest', options);
  if (wrong !== undefined) console.error(`${wrong} Nothing is measured.`);
  const record = wrong === undefined ? recorder(options) : () => {};
  return {
    record,
    async follow(source) {
      for await (const sample of source) record(typeof sample === 'number' ? { bitrateKbps: sample } : sample);
    },
  };
}

function recorder({ streamId, protocol, ...options }: IngestOptions): Ingest['record'] {
  const meter = meterOf(options);
  const common = { 'stream.id': streamId, ...(protocol !== undefined && { protocol }) };
  const measure = instruments(meter, common);
  const { unit } = serverMetrics['livestream.ingest.frame_drops'];
  const drops = meter.createCounter('livestream.ingest.frame_drops', { unit });
  return ({ bitrateKbps, frameDrops }) => {
    if (bitrateKbps !== undefined) measure('livestream.ingest.bitrate', bitrateKbps);
    if (Number.isFinite(frameDrops) && (frameDrops as number) >= 0) drops.add(frameDrops as number, common);
  };
}
