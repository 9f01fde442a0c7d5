import type { Attributes, Meter, SpanContext, Tracer } from '@opentelemetry/api';
import type { Adapter, Carried, Look, Watch } from './adapters/adapter.ts';
import type { PlaybackEvent, Request } from './core/events.ts';
import { pass, reduce } from './core/reduce.ts';
import { freshSession } from './core/session.ts';
import { nextReport } from './core/signals.ts';
import type { Figures } from './core/snapshot.ts';
import { figuresOf } from './core/snapshot.ts';
import { withTrace } from './core/trace-query.ts';
import { version } from './core/version.ts';
import type { Delivery } from './delivery.ts';
import type { Settings } from './options.ts';
import { acceptsQuery } from './page/accepts-query.ts';
import { now, wallTime } from './page/clock.ts';
import { guard } from './page/guard.ts';
import { randomHex } from './page/random.ts';
import { flightRecorder } from './telemetry/flight-recorder.ts';
import { isPrompt, pace } from './telemetry/pace.ts';
import { propagation } from './telemetry/propagation.ts';
import { recorder } from './telemetry/recorder.ts';
import { redactor } from './telemetry/redact.ts';
import { traceparentOf } from './telemetry/traceparent.ts';
import type { Member } from './transport/pipeline.ts';
import { join } from './transport/pipeline.ts';
import type { Batch } from './transport/transport.ts';

/** A player that is being watched. */
export type View = {
  /** `session.id` on everything that this view sends. */
  readonly sessionId: string;
  /** The figures of the present viewing, plain JSON. */
  snapshot(): Snapshot;
  /** Leaves nothing behind on the player, and sends what is left. Resolves when it is sent or given up, at most 10 s. */
  detach(): Promise<void>;
};

export type Snapshot = Figures & {
  readonly sessionId: string;
  readonly streamId: string;
  readonly protocol: Adapter<never>['protocol'] | 'unknown';
  readonly player: Adapter<never>['playerName'] | 'unknown';
  /** What this player cannot tell. */
  readonly blind: readonly string[];
  /** Batches that were lost on the way to the collector. */
  readonly lost: number;
};

const connectContexts = new WeakMap<View, () => SpanContext | undefined>();

/**
 * Puts the parts together for one player: what the adapter says becomes a session, the session spans and metrics, and
 * these leave with the page's pipeline: by `delivery`, unless the page has providers of its own. `forget` is called once, when the player is let go of.
 */
export function watchPlayer(
  player: object,
  adapter: Adapter<never>,
  settings: Settings,
  delivery: Delivery | undefined,
  forget: () => void,
): View {
  const { streamId, region, viewerKind, reportEveryMs, endpoint = '' } = settings;
  const { protocol, playerName } = adapter;
  const sessionId = randomHex(16);
  const safe = guard(undefined, () => detach());
  const scope = { name: 'playscope', version };

  const spans = flightRecorder(sessionId, settings.sampleRatio, now);
  const resource = { 'service.name': settings.serviceName, 'session.id': sessionId };
  const own = delivery?.providers({
    resource,
    scope,
    isPrompt,
    shouldSample: spans.shouldSample,
    onSpanEnd: spans.add,
  });
  const reports = pace();
  const { tracerProvider, meterProvider } = settings;
  const tracer = (tracerProvider?.getTracer(scope.name, scope.version) ?? own?.tracer) as Tracer;
  const meter = (meterProvider?.getMeter(scope.name, scope.version) ?? own?.meter) as Meter;

  const propagates = propagation(settings.propagate, location.origin, acceptsQuery);
  const injected = new WeakSet<Request>();
  const viewer: Attributes = { 'player.name': playerName, 'viewer.kind': viewerKind, ...(region && { region }) };
  const record = recorder({
    tracer,
    meter,
    sessionId,
    common: { 'stream.id': streamId, protocol },
    viewer,
    redact: redactor(settings.redactUrl),
    wallTime,
    onTrouble: spans.trouble,
    carried: (request) => injected.has(request),
  });

  let session = freshSession(now());
  let watching: AbortController | undefined;
  let look: Look = () => {};
  let left = false;
  let detached: Promise<void> | undefined;

  function emit(event: PlaybackEvent) {
    const before = session;
    session = reduce(before, event);
    reports.seen(before, session);
    if (event.type === 'request' && event.outcome)
      propagates.answered(event.request, event.outcome, injected.has(event.request));
    record.record(before, session, event);
    if (event.type === 'quit' && event.reason === 'destroyed') void detach();
  }

  function carry(request: Request): Carried {
    const way = propagates.way(request);
    const context = way && record.contextOf(request.id);
    if (!context) return {};
    injected.add(request);
    const header = traceparentOf(context);
    return way === 'query' ? { url: withTrace(request.url, header) } : { header };
  }

  function watch() {
    watching?.abort();
    watching = new AbortController();
    const { signal } = watching;
    const hand: Watch = {
      signal,
      video: settings.video,
      now,
      guard: safe,
      emit: (event) => void (signal.aborted || emit(event)),
      carry,
    };
    look = adapter.watch(player as never, hand);
  }

  const member: Member = {
    async collect(why, nextReportMs) {
      // Back from the cache of pages: the viewing before ended when the page was left.
      if (left && why === 'tick') restart();
      safe(look)();
      if (why === 'leave') {
        left = true;
        emit({ type: 'quit', at: now(), reason: 'leave' });
      }
      const before = session;
      session = pass(before, now());
      reports.seen(before, session);
      record.record(before, session);
      const checked = record.report(session);
      const lost = Object.entries(membership.takeDropped());
      for (const [reason, count] of lost) record.lost(reason, count);
      record.lost('span_queue_full', spans.takeDropped());
      const isWhole = reports.isWhole(spans.waiting(), checked) || why !== 'tick';
      if (!own) return [];
      const batches: Batch[] = [];
      // The last word is sent even when there is nothing to add: it says that the viewer has gone.
      const even = why === 'tick' || meterProvider ? undefined : 'empty';
      const metrics = await own.collect({ [nextReport]: Math.ceil(nextReportMs / 100) / 10 }, even, isWhole);
      if (metrics) batches.push({ signal: 'metrics', body: metrics });
      const ended = isWhole ? spans.drain() : [];
      if (ended.length) batches.push({ signal: 'traces', body: own.serializeSpans(ended) });
      return batches;
    },
  };

  function restart() {
    left = false;
    emit({ type: 'load', at: now(), source: session.source });
    watch();
  }

  function detach(): Promise<void> {
    detached ??= (async () => {
      forget();
      safe(look)();
      watching?.abort();
      emit({ type: 'quit', at: now(), reason: 'detach' });
      record.close(now());
      await membership.leave();
      own?.shutdown();
    })();
    return detached;
  }

  const { headers } = settings;
  const membership = join(member, { endpoint, headers, reportEveryMs, transport: delivery?.transport });
  safe(watch)();
  const view: View = {
    sessionId,
    snapshot: () => ({
      ...figuresOf(session, now()),
      sessionId,
      streamId,
      protocol,
      player: playerName,
      blind: adapter.blind,
      lost: Object.values(membership.dropped()).reduce((sum, count) => sum + count, 0),
    }),
    detach: () => safe(detach)() ?? Promise.resolve(),
  };
  connectContexts.set(view, record.connectContext);
  return view;
}

/**
 * The headers that make what a server does for this connection part of its trace: for the WHEP or WHIP requests (POST, PATCH,
 * DELETE) of a page whose `RTCPeerConnection` is attached. `{ traceparent }` names the span `webrtc.connect` as the parent; `{}`
 * where there is none, as with other players. Another origin must allow the header in its answer to the preflight.
 */
export function traceHeaders(view: View): { traceparent?: string } {
  const context = connectContexts.get(view)?.();
  return context ? { traceparent: traceparentOf(context) } : {};
}
