/**
 * OTLP of what a player has, in protobuf: sums and histograms as deltas, and spans. Leaves out what OTLP takes for granted, the
 * extremes of histograms (nobody can add them up over players), and digits that only arithmetic made. The numbers are those of the
 * fields in opentelemetry-proto.
 */
import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';
import type { Field } from './protobuf.ts';
import { bytes, double, encoded, fixed32, fixed64, message, packed, text, varint } from './protobuf.ts';

export type Scope = { readonly name: string; readonly version: string };

const delta = 1;
const isMonotonic = 1;

export function metricsRequest(
  resource: Attributes,
  scope: Scope,
  metrics: readonly MetricData[],
): Uint8Array<ArrayBuffer> {
  return request(resource, scope, metrics.map(metricOf));
}

export function spansRequest(
  resource: Attributes,
  scope: Scope,
  spans: readonly ReadableSpan[],
): Uint8Array<ArrayBuffer> {
  return request(resource, scope, spans.map(spanOf));
}

/** Of both signals alike. */
function request(resource: Attributes, { name, version }: Scope, items: readonly Field[]): Uint8Array<ArrayBuffer> {
  const scoped = items.length > 0 && message(2, message(1, text(1, name), text(2, version)), ...items);
  return encoded(message(1, message(1, ...listOf(1, resource)), scoped));
}

function metricOf({ descriptor: { name, unit }, dataPoints }: MetricData): Field {
  const isSum = typeof dataPoints[0]?.value === 'number';
  const points = dataPoints.map(({ attributes, startTime, endTime, value }) =>
    message(
      1,
      ...listOf(isSum ? 7 : 9, attributes),
      fixed64(2, nanos(startTime)),
      fixed64(3, nanos(endTime)),
      ...(typeof value === 'number' ? [double(4, rounded(value))] : bucketsOf(value as Histogram)),
    ),
  );
  return message(
    2,
    text(1, name),
    text(3, unit),
    message(isSum ? 7 : 9, ...points, varint(2, delta), isSum && varint(3, isMonotonic)),
  );
}

function bucketsOf({ count, sum = 0, buckets }: Histogram): Field[] {
  return [
    fixed64(4, BigInt(count)),
    double(5, rounded(sum)),
    packed(6, new BigUint64Array(buckets.counts.map(BigInt))),
    packed(7, new Float64Array(buckets.boundaries)),
  ];
}

function spanOf(span: ReadableSpan): Field {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { status, parentSpanContext: parent } = span;
  return message(
    2,
    bytes(1, traceId),
    bytes(2, spanId),
    parent && bytes(4, parent.spanId),
    fixed32(16, traceFlags),
    text(5, span.name),
    // The API has no word for a kind that is not known, and counts from one less.
    varint(6, span.kind + 1),
    fixed64(7, nanos(span.startTime)),
    fixed64(8, nanos(span.endTime)),
    ...listOf(9, span.attributes),
    ...span.events.map(({ name, time }) => message(11, fixed64(1, nanos(time)), text(2, name))),
    ...span.links.map(({ context }) => message(13, bytes(1, context.traceId), bytes(2, context.spanId))),
    status.code > 0 && message(15, text(2, status.message ?? ''), varint(3, status.code)),
  );
}

function listOf(field: number, attributes: Attributes = {}): Field[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [message(field, text(1, key), message(2, anyValue(value)))],
  );
}

function anyValue(value: AttributeValue | null | undefined): Field {
  if (typeof value === 'string') return text(1, value);
  if (typeof value === 'boolean') return varint(2, +value);
  // Whole numbers below zero would take ten bytes.
  if (typeof value === 'number')
    return value >= 0 && Number.isInteger(value) ? varint(3, value) : double(4, rounded(value));
  // A list may have holes.
  return Array.isArray(value) && message(5, ...value.map((each) => message(1, anyValue(each))));
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function nanos([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
