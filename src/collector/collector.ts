import { intake } from './aggregate/intake.ts';
import { senders } from './aggregate/senders.ts';
import { keptSteps, seriesStore, stepMs, stepOf } from './aggregate/series.ts';
import type { Thresholds } from './expose/alert-states.ts';
import { alertStates } from './expose/alert-states.ts';
import { streamsNow, viewersNow } from './expose/figures.ts';
import type { Requests } from './expose/own-metrics.ts';
import { ownMetrics } from './expose/own-metrics.ts';
import { seriesNow } from './expose/panels.ts';
import { prometheusText } from './expose/prometheus.ts';
import { readMetrics } from './receive/read-metrics.ts';
import { readSpans } from './receive/read-spans.ts';
import type { SpanQuery } from './span-search.ts';
import type { TraceQuery } from './traces.ts';
import { traces } from './traces.ts';
import { viewers } from './viewers/viewers.ts';

export type CollectorState = ReturnType<typeof collectorState>;

export type StateOptions = {
  readonly region?: string | undefined;
  readonly maxSeries: number;
  readonly maxSessions: number;
  readonly maxSpans: number;
  readonly maxTraceBytes: number;
  readonly thresholds: Thresholds;
  /** Unix ms. */
  readonly now: () => number;
};

const housekeepingSteps = 12;

/** All that the collector knows, without any HTTP: export requests go in, answers come out, on one clock. */
export function collectorState({
  region,
  maxSeries,
  maxSessions,
  maxSpans,
  maxTraceBytes,
  thresholds,
  now,
}: StateOptions) {
  const startedAt = now();
  const series = seriesStore(maxSeries);
  const audience = viewers(maxSessions);
  const known = senders(maxSessions + 10_000);
  const metricsIntake = intake({ series, viewers: audience, senders: known, region, mostSeries: maxSeries, startedAt });
  const ring = traces(maxSpans, maxTraceBytes);
  const alerting = alertStates(series, audience, thresholds);
  let doneStep = stepOf(startedAt);
  let brokenSpans = 0;

  /** Closes the steps that have passed. Whoever comes first does it, so that answers never depend on a timer. */
  function advance(): number {
    const at = now();
    const current = stepOf(at);
    // After a sleep of the machine the steps in between are unknown, not empty; a clock set back starts afresh.
    if (current - doneStep > keptSteps || current < doneStep) doneStep = current;
    for (; doneStep < current; doneStep += 1) {
      const end = (doneStep + 1) * stepMs;
      audience.sample(doneStep, end);
      alerting.evaluate(end);
      if (doneStep % housekeepingSteps !== 0) continue;
      series.forget(end);
      known.forget(end);
    }
    return at;
  }

  function counts() {
    const { spans, traces: traceCount, dropped, repeats } = ring.counts();
    return {
      series: series.size(),
      seriesOverflowed: series.overflowed(),
      sessions: audience.sessions(),
      sessionsRefused: audience.refused(),
      pointsDropped: Object.fromEntries(metricsIntake.dropped()),
      pointsRepeated: metricsIntake.repeats(),
      traces: traceCount,
      spans,
      spansDropped: dropped + brokenSpans,
      spansRepeated: repeats,
    };
  }

  return {
    advance,
    takeMetrics(request: unknown): { left: number; reason: string } {
      const { points, reasons } = metricsIntake.receive(readMetrics(request), advance());
      return { left: points, reason: [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ') };
    },
    takeTraces(request: unknown): { left: number; reason: string } {
      advance();
      const { spans, broken } = readSpans(request);
      brokenSpans += broken;
      for (const span of spans) ring.add(span);
      return { left: broken, reason: `${broken} without a valid id or time` };
    },
    viewers: () => viewersNow(audience, advance()),
    streams: () => streamsNow(series, audience, advance()),
    series: (minutes: number, stream?: string) => seriesNow(series, audience, advance(), minutes, stream),
    traces: (query: TraceQuery) => ring.list(query),
    trace: (traceId: string) => ring.one(traceId),
    spans: (query: SpanQuery) => ring.find(query),
    joins: (stream?: string) => ring.joins(stream),
    alerts: () => alerting.now(advance()),
    /** The exact count is whole only while no session had to be turned away. */
    health: () => ({ status: 'ok', at: advance(), startedAt, viewersExact: audience.refused() === 0, ...counts() }),
    prometheus: (requests: Requests) => {
      const at = advance();
      return prometheusText(series, audience, ownMetrics(counts(), requests), at);
    },
  };
}
