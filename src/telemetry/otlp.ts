/**
 * OTLP/JSON of what a player has: sums and histograms as deltas, and spans. Leaves out what OTLP takes for granted, the extremes
 * of histograms (nobody can add them up over players), and digits that only arithmetic made.
 */
import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';

type Scope = { readonly name: string; readonly version?: string };

const delta = 1;

export function metricsRequest(resource: Attributes, scope: Scope, metrics: readonly MetricData[]): string {
  const scopeMetrics = metrics.length > 0 ? [{ scope, metrics: metrics.map(metricOf) }] : [];
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes: listOf(resource) }, scopeMetrics }] });
}

export function spansRequest(resource: Attributes, scope: Scope, spans: readonly ReadableSpan[]): string {
  const scopeSpans = [{ scope, spans: [...spans].sort(byWeight).map(spanOf) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: listOf(resource) }, scopeSpans }] });
}

// The order within is the one that gzip makes least of.
function metricOf({ descriptor: { name, unit }, dataPoints }: MetricData) {
  const points = dataPoints.map(({ attributes, startTime, endTime, value }) => ({
    attributes: listOf(attributes),
    timeUnixNano: nanos(endTime),
    startTimeUnixNano: nanos(startTime),
    ...(typeof value === 'number' ? { asDouble: short(value) } : bucketsOf(value as Histogram)),
  }));
  const data = { dataPoints: points, aggregationTemporality: delta };
  return typeof dataPoints[0]?.value === 'number'
    ? { name, unit, sum: { ...data, isMonotonic: true } }
    : { name, unit, histogram: data };
}

function bucketsOf({ count, sum, buckets }: Histogram) {
  return { count, sum: sum && short(sum), bucketCounts: buckets.counts, explicitBounds: buckets.boundaries };
}

/** What happened to the viewer goes before the fetches, in case the request is cut; like beside like, as it compresses better. */
function byWeight(a: ReadableSpan, b: ReadableSpan): number {
  // `localeCompare` would have the browser load its collation, 8 ms.
  return a.kind - b.kind || Number(a.name < b.name) - Number(a.name > b.name);
}

function spanOf(span: ReadableSpan) {
  const { name, kind, attributes, events, links, status } = span;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    flags: traceFlags,
    name,
    // The API has no word for a kind that is not known, and counts from one less.
    kind: kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: listOf(attributes),
    events: some(events.map(({ name, time }) => ({ name, timeUnixNano: nanos(time) }))),
    links: some(links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId }))),
    status: status.code ? status : undefined,
  };
}

function listOf(attributes: Attributes = {}) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: AttributeValue | null | undefined): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: short(value) };
  // A list may have holes.
  return Array.isArray(value) ? { arrayValue: { values: value.map(anyValue) } } : {};
}

function some<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined;
}

function nanos([seconds, rest]: HrTime): string {
  return `${seconds}${`${rest}`.padStart(9, '0')}`;
}

/** Without the digits that only arithmetic made. */
function short(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
