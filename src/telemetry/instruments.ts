import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { PlayerMetricName } from '../core/signals.ts';
import { playerMetrics } from '../core/signals.ts';

/** Adds to a counter or records into a histogram of the catalogue, with the attributes of the view beside its own. */
export type Measure = (name: PlayerMetricName, value: number, attributes?: Attributes) => void;

/** The instruments of the catalogue, each made at its first use. What is no finite number from 0 up is left out. */
export function instruments(meter: Pick<Meter, 'createCounter' | 'createHistogram'>, common: Attributes): Measure {
  const made = new Map<PlayerMetricName, Counter | Histogram>();

  function instrument(name: PlayerMetricName): Counter | Histogram {
    const existing = made.get(name);
    if (existing) return existing;
    const { unit, ...metric } = playerMetrics[name];
    const fresh =
      metric.kind === 'histogram'
        ? meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...metric.edges] } })
        : meter.createCounter(name, { unit });
    made.set(name, fresh);
    return fresh;
  }

  return (name, value, attributes) => {
    if (!Number.isFinite(value) || value < 0) return;
    const target = instrument(name);
    if ('record' in target) target.record(value, { ...common, ...attributes });
    else if (value > 0) target.add(value, { ...common, ...attributes });
  };
}
