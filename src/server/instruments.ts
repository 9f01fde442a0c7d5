import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { Metric } from '../core/signals.ts';
import { playbackMetrics, serverMetrics, webrtcMetrics } from '../core/signals.ts';

const { 'livestream.errors': errors, 'livestream.telemetry.dropped': dropped } = playbackMetrics;
const catalogue = {
  ...webrtcMetrics,
  ...serverMetrics,
  'livestream.errors': errors,
  'livestream.telemetry.dropped': dropped,
};

/** Adds to a counter or records into a histogram of the catalogue, with the attributes of the connection beside its own. */
export type Measure = (name: keyof typeof catalogue, value: number, attributes?: Attributes) => void;

/** The instruments of the catalogue, each made at its first use. Nothing is recorded that is not a finite number, 0 or above. */
export function instruments(meter: Meter, common: Attributes): Measure {
  const made = new Map<string, Counter | Histogram>();

  function make(name: keyof typeof catalogue): Counter | Histogram {
    const metric: Metric = catalogue[name];
    const { unit } = metric;
    return metric.kind === 'histogram'
      ? meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...metric.edges] } })
      : meter.createCounter(name, { unit });
  }

  // An origin measures each request: nothing is copied that need not be.
  const isBare = Object.keys(common).length === 0;

  return (name, value, attributes) => {
    if (!Number.isFinite(value) || value < 0) return;
    let target = made.get(name);
    if (!target) {
      target = make(name);
      made.set(name, target);
    }
    const all = isBare ? attributes : { ...common, ...attributes };
    if ('record' in target) target.record(value, all);
    else if (value > 0) target.add(value, all);
  };
}
