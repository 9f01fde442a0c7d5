/** What was traced, as the exporter's rows of otel_traces. */
import type { Attributes } from '@opentelemetry/api';
import { originSpans, publishSpans, spans } from '../../src/core/signals.ts';
import type { Culprit, Fetch, Report, Viewing } from './audience.ts';
import { streams } from './audience.ts';

const segmentSec = 2;
const hour = 3600;

type Context = { readonly trace: string; readonly span: string };
/** A publication, and which of its steps was too slow. */
type Published = Context & { readonly slow: Culprit | undefined };

/** Publications of an hour of each stream; some are slow. Fetches look up what they link. */
export function publications(from: number) {
  const rows: object[] = [];
  const published = new Map<string, Published[]>();
  for (const streamId of streams) {
    const all = Array.from({ length: hour / segmentSec }, (_, sequence) => publish(streamId, sequence));
    published.set(streamId, all);
  }
  return {
    rows,
    /** One that a fetch at an instant may be about, as slow as it must be. */
    of(streamId: string, at: number, slow: Culprit | undefined): Published {
      const all = published.get(streamId) ?? [];
      const first = Math.max(0, Math.min(Math.floor((at - from) / 1000 / segmentSec), all.length - 100));
      return all.slice(first).find((each) => each.slow === slow) as Published;
    },
  };

  function publish(streamId: string, sequence: number): Published {
    const slow = ([publishSpans.upload, publishSpans.mux] as const)[sequence % 40];
    const at = from + sequence * segmentSec * 1000;
    const trace = id(32, 'b', streams.indexOf(streamId as 'main'), sequence);
    const root = id(16, 'b', 0, sequence);
    const common = {
      'stream.id': streamId,
      protocol: 'hls',
      'segment.sequence': sequence,
      'segment.duration_s': segmentSec,
    };
    const steps = [publishSpans.mux, publishSpans.encrypt, publishSpans.upload, publishSpans.manifest];
    const took = (step: string) => (step === slow ? 2.9 : 0.1);
    let passed = 0;
    for (const [i, step] of steps.entries()) {
      const own = { trace, span: id(16, 'b', i + 1, sequence), parent: root };
      rows.push(row(step, 'publisher', at + passed * 1000, took(step), own, common));
      passed += took(step);
    }
    const latency = { 'segment.publish_latency_ms': Math.round(passed * 1000) };
    rows.push(row(publishSpans.publish, 'publisher', at, passed, { trace, span: root }, { ...common, ...latency }));
    return { trace, span: root, slow };
  }
}

/** The spans of a viewing: its start, its stalls, its end, and its fetches where these are traced. */
export function viewingRows(viewing: Viewing, index: number, of: ReturnType<typeof publications>['of']): object[] {
  const { sessionId, streamId, protocol, region, reports, traced } = viewing;
  const common = { 'session.id': sessionId, 'view.id': `${sessionId}.1`, 'stream.id': streamId, protocol, region };
  const rows: object[] = [];
  let made = 0;

  const [first] = reports;
  if (first?.startupSec !== undefined) {
    const started = { 'startup.result': 'started', 'startup.duration_s': first.startupSec };
    add(spans.startup, first.at, first.startupSec, started);
  }
  for (const report of reports) {
    if (report.stall) add(spans.stall, report.at, report.stall.seconds, { 'stall.cause': report.stall.cause });
    if (report.fetch && traced) fetched(report, report.fetch);
  }
  const last = reports.at(-1);
  if (last)
    add(spans.session, last.at, 0, { 'view.final': true, 'view.stalls': reports.filter(({ stall }) => stall).length });
  return rows;

  function fetched({ at }: Report, { seconds, lateBy, cdnHost }: Fetch) {
    const attributes = { 'object.type': 'video', 'cdn.host': cdnHost, deadline_margin_s: lateBy ? -0.4 : 3.1 };
    const slow = lateBy === publishSpans.upload || lateBy === publishSpans.mux ? lateBy : undefined;
    const links = lateBy === 'unknown' ? [] : [of(streamId, at, slow)];
    const fetch = add(spans.segment, at, seconds, attributes, links);
    if (lateBy === 'unknown') return;
    const originSec = seconds * (lateBy === originSpans.request ? 0.9 : 0.1);
    const own = { trace: fetch.trace, span: next(), parent: fetch.span };
    rows.push(
      row(originSpans.request, 'origin', at, originSec, own, { 'stream.id': streamId, 'request.type': 'segment' }),
    );
  }

  function add(
    name: string,
    at: number,
    seconds: number,
    attributes: Attributes,
    links: readonly Context[] = [],
  ): Context {
    const own = { trace: id(32, 'a', made, index), span: next() };
    rows.push(row(name, 'web-player', at, seconds, own, { ...common, ...attributes }, links));
    return own;
  }

  function next(): string {
    made += 1;
    return id(16, 'a', made, index);
  }
}

function row(
  name: string,
  service: string,
  at: number,
  seconds: number,
  { trace, span, parent = '' }: Context & { readonly parent?: string },
  attributes: Attributes,
  links: readonly Context[] = [],
) {
  return {
    ...{
      ReceivedAt: Math.floor(at / 1000),
      Timestamp: (at / 1000).toFixed(3),
      TraceId: trace,
      SpanId: span,
      ParentSpanId: parent,
    },
    ...{ SpanName: name, SpanKind: 'Internal', ServiceName: service, ScopeName: 'playscope', ScopeVersion: '0.1.0' },
    ResourceAttributes: { 'service.name': service },
    SpanAttributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    ...{ Duration: Math.round(seconds * 1e9), StatusCode: 'Unset' },
    ...{ 'Links.TraceId': links.map((link) => link.trace), 'Links.SpanId': links.map((link) => link.span) },
    ...{ 'Links.TraceState': links.map(() => ''), 'Links.Attributes': links.map(() => ({})) },
  };
}

function id(digits: number, kind: 'a' | 'b', part: number, index: number): string {
  return kind + part.toString(16).padStart(7, '0') + index.toString(16).padStart(digits - 8, '0');
}
