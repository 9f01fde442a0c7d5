import type { Attributes, Context, Link, Meter, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Outcome, PlaybackEvent, Request } from '../core/events.ts';
import type { Fact, Session } from '../core/session.ts';
import { spans as names } from '../core/signals.ts';
import { averageBitrate, watched } from '../core/snapshot.ts';
import { totalsReporter } from './counters.ts';
import type { Trouble } from './flight-recorder.ts';
import { instruments } from './instruments.ts';
import { outcomeAttributes, requestAttributes } from './request-attributes.ts';

export type RecorderOptions = {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly sessionId: string;
  /** On every metric point and every span. */
  readonly common: { readonly 'stream.id': string; readonly protocol: string };
  /** On metric points and on the spans that stand for a whole view. */
  readonly viewer: Attributes;
  readonly redact: (url: string) => string;
  /** Unix ms of an instant of the monotonic clock. */
  readonly wallTime: (at: number) => number;
  readonly onTrouble: (reason: Trouble) => void;
};

/** What changed in a session becomes metric points and spans. Knows only the interfaces of `@opentelemetry/api`. */
export type Recorder = {
  record(before: Session, after: Session, event?: PlaybackEvent): void;
  /** The context that a request's `traceparent` names; undefined before it was recorded. */
  contextOf(requestId: number): SpanContext | undefined;
  /** Brings the counters up to this session, and once a minute leaves a checkpoint. */
  report(session: Session): void;
  /** Ends what is open. */
  close(at: number): void;
};

const slowStartMs = 5000;
const checkpointMs = 60_000;
const mostContexts = 128;
const mostHosts = 8;

type Open = { readonly span: Span; readonly at: number; readonly wall: number };

export function recorder(options: RecorderOptions): Recorder {
  const { tracer, meter, sessionId, common, viewer, redact, wallTime, onTrouble } = options;
  const measure = instruments(meter, { ...common, ...viewer });
  const reportTotals = totalsReporter(measure);
  const fetches = new Map<number, Open>();
  const contexts = new Map<number, SpanContext>();
  const hosts = new Set<string>();
  let startup: Open | undefined;
  let startupContext: SpanContext | undefined;
  let checkpointAt = Number.NaN;
  let checkpoints = 0;

  function start(
    name: string,
    at: number,
    view: number,
    more: { kind?: SpanKind; attributes?: Attributes; links?: Link[] },
    parent?: Span,
  ): Open {
    const context: Context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const identity = { 'session.id': sessionId, 'view.id': `${sessionId}.${view}`, ...common };
    const wall = wallTime(at);
    const attributes = { ...identity, ...more.attributes };
    return {
      span: tracer.startSpan(name, { kind: SpanKind.INTERNAL, ...more, attributes, startTime: wall }, context),
      at,
      wall,
    };
  }

  // Both ends on the monotonic clock: the wall clock may have been set in between.
  function end({ span, at, wall }: Open, to: number, error?: string) {
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(wall + Math.max(0, to - at));
  }

  function openStartup(at: number, view: number) {
    startup = start(names.startup, at, view, { attributes: viewer });
    startupContext = startup.span.spanContext();
  }

  function sent(request: Request, at: number, session: Session) {
    const { result } = session.startup;
    if (!startup && result === 'none' && !session.over) openStartup(at, session.view);
    const attributes = { ...requestAttributes(request), 'url.full': redact(request.url) };
    const open = start(fetchName(request), at, session.view, { kind: SpanKind.CLIENT, attributes }, startup?.span);
    fetches.set(request.id, open);
    contexts.set(request.id, open.span.spanContext());
    if (contexts.size > mostContexts) for (const oldest of contexts.keys()) if (contexts.delete(oldest)) break;
  }

  function fetched({ at, request, outcome }: Fact & { kind: 'fetch' }) {
    const open = fetches.get(request.id);
    fetches.delete(request.id);
    if (open) {
      open.span.setAttributes(outcomeAttributes(request, outcome));
      end(open, at, outcome.result === 'failed' ? outcome.errorType : undefined);
    }
    measureFetch(request, outcome);
  }

  function measureFetch(
    request: Request,
    { result, errorType = 'unknown', durationMs, ttfbMs, bytes, cache, finalUrl }: Outcome,
  ) {
    const of = {
      'object.type': request.objectType,
      'cdn.host': hostOf(finalUrl ?? request.url),
      'cache.status': cache,
    };
    measure('livestream.segment.fetch.size', bytes, of);
    if (result === 'failed') measure('livestream.errors', 1, { 'error.type': errorType, 'error.fatal': false });
    // What the server held back on purpose says nothing about the network.
    if (result !== 'ok' || request.blocking) return;
    measure('livestream.segment.fetch.duration', durationMs / 1000, of);
    if (ttfbMs !== undefined) measure('livestream.segment.fetch.ttfb', ttfbMs / 1000, of);
  }

  /** Hosts come from playlists, so anyone can make many of them. */
  function hostOf(url: string): string {
    const { host } = new URL(url);
    if (hosts.size < mostHosts) hosts.add(host);
    return hosts.has(host) ? host : 'other';
  }

  function settleStartup({ startup: figure, to, errorType }: Fact & { kind: 'startup' }, { view }: Session) {
    const { result, durationMs, hidden, askedAt = to } = figure;
    if (!startup) openStartup(askedAt, view);
    const open = startup as Open;
    const seconds = durationMs === undefined ? {} : { 'startup.duration_s': durationMs / 1000 };
    open.span.setAttributes({ 'startup.result': result, 'startup.hidden': hidden, ...seconds });
    open.span.addEvent('play', wallTime(askedAt));
    end(open, to, result === 'started' ? undefined : (errorType ?? 'left before the first frame'));
    startup = undefined;
    // A browser takes its time for a tab that nobody looks at.
    if (durationMs !== undefined && !hidden) measure('livestream.player.startup.duration', durationMs / 1000);
    if (durationMs !== undefined && durationMs > slowStartMs) onTrouble('slow_start');
  }

  function stalled(
    { from, to, cause, position, bufferAheadSec, endedBy, requests }: Fact & { kind: 'stall' },
    { view }: Session,
  ) {
    const links = requests.flatMap((id) => contexts.get(id) ?? []).map((context) => ({ context }));
    const seconds = (to - from) / 1000;
    const attributes = {
      'stall.cause': cause,
      'stall.duration_s': seconds,
      'stall.ended_by': endedBy,
      'playback.position_s': position,
      'buffer.length_s': bufferAheadSec,
    };
    end(start(names.stall, from, view, { attributes, links }), to);
    measure('livestream.player.stalls', 1, { 'stall.cause': cause });
    measure('livestream.player.stall.duration', seconds);
    onTrouble('stall');
  }

  function sought({ from, to, target, endedBy }: Fact & { kind: 'seek' }, { view }: Session) {
    const attributes = { 'seek.to_s': target, 'seek.duration_s': (to - from) / 1000, 'seek.ended_by': endedBy };
    end(start(names.seek, from, view, { attributes }), to);
    // Given up by another wish of the viewer, it has no duration.
    if (endedBy === 'playing' || endedBy === 'pause') measure('livestream.player.seek.duration', (to - from) / 1000);
  }

  function failed({ errorType, fatal }: Fact & { kind: 'error' }) {
    measure('livestream.errors', 1, { 'error.type': errorType, 'error.fatal': fatal });
    if (fatal) onTrouble('fatal_error');
  }

  function over({ at, endedBy, last }: Fact & { kind: 'over' }) {
    reportTotals(last);
    abandon(at);
    if (last.startup.result !== 'none' || last.totals.requests > 0)
      checkpoint(last, at, { 'view.final': true, 'view.ended_by': endedBy });
    startupContext = undefined;
  }

  /** What is still open when a view ends: requests nobody waits for any more, and a start that was never asked for. */
  function abandon(at: number) {
    for (const open of fetches.values()) {
      open.span.setAttribute('fetch.result', 'detached');
      end(open, at);
    }
    fetches.clear();
    startup?.span.setAttribute('startup.result', 'not_asked');
    if (startup) end(startup, at);
    startup = undefined;
  }

  function checkpoint(session: Session, at: number, more: Attributes) {
    const links = startupContext ? [{ context: startupContext }] : [];
    const from = Number.isNaN(checkpointAt) ? session.startedAt : Math.max(checkpointAt, session.startedAt);
    const attributes = { ...viewer, 'view.checkpoint': checkpoints, ...totalAttributes(session), ...more };
    end(start(names.session, from, session.view, { attributes, links }), at, session.error);
    checkpointAt = at;
    checkpoints += 1;
  }

  return {
    record(before, after, event) {
      if (event?.type === 'request' && !event.outcome) sent(event.request, event.at, after);
      if (after.startup.askedAt !== undefined && after.startup.result === 'pending' && !startup) {
        openStartup(after.startup.askedAt, after.view);
      }
      // A fact belongs to the view in which it happened, although the event may have begun the next.
      for (const fact of after.facts) {
        if (fact.kind === 'startup') settleStartup(fact, before);
        else if (fact.kind === 'stall') stalled(fact, before);
        else if (fact.kind === 'seek') sought(fact, before);
        else if (fact.kind === 'fetch') fetched(fact);
        else if (fact.kind === 'error') failed(fact);
        else if (fact.kind === 'over') over(fact);
      }
    },
    contextOf: (requestId) => contexts.get(requestId),
    report(session) {
      reportTotals(session);
      if (session.over) return;
      if (session.state === 'playing' || session.state === 'rebuffering') {
        measure('livestream.player.buffer.length', session.bufferAheadSec);
      }
      const { liveLatencySec } = session;
      if (session.state === 'playing' && liveLatencySec !== undefined)
        measure('livestream.player.live_latency', liveLatencySec);
      if (Number.isNaN(checkpointAt)) checkpointAt = session.startedAt;
      if (session.at - checkpointAt >= checkpointMs) checkpoint(session, session.at, {});
    },
    close: abandon,
  };
}

function fetchName({ objectType }: Request): string {
  if (objectType === 'manifest') return names.manifest;
  return objectType === 'key' ? names.key : names.segment;
}

/** All totals of the view, so that a tab that is killed loses a minute at most. */
function totalAttributes(session: Session): Attributes {
  const { times, totals, startup } = session;
  return {
    'view.state': session.state,
    'view.watched_s': watched(session) / 1000,
    'view.playing_s': times.playing / 1000,
    'view.stalled_s': times.rebuffering / 1000,
    'view.paused_s': times.paused / 1000,
    'view.startup_s': startup.durationMs === undefined ? undefined : startup.durationMs / 1000,
    'view.plays': totals.plays,
    'view.stalls': totals.stalls,
    'view.seeks': totals.seeks,
    'view.switches': totals.switchesUp + totals.switchesDown,
    'view.errors': totals.errors,
    'view.requests': totals.requests,
    'view.requests_failed': totals.requestsFailed,
    'view.bytes': totals.bytes,
    'view.media_s': totals.mediaSec,
    'view.average_bitrate': averageBitrate(session) ?? undefined,
    'view.frames_rendered': totals.framesRendered,
    'view.frames_dropped': totals.framesDropped,
  };
}
