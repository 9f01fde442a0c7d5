import type { Attributes, Meter, SpanContext, Tracer } from '@opentelemetry/api';
import type { PlaybackEvent, Request } from '../core/events.ts';
import type { Fact, Session } from '../core/session.ts';
import { spans as names } from '../core/signals.ts';
import { averageBitrate, watched } from '../core/snapshot.ts';
import { connectionRecorder } from './connections.ts';
import { totalsReporter } from './counters.ts';
import { fetchRecorder } from './fetches.ts';
import type { Trouble } from './flight-recorder.ts';
import { instruments } from './instruments.ts';
import type { Open } from './spans.ts';
import { endSpan, spanStarter } from './spans.ts';

export type RecorderOptions = {
  readonly tracer: Tracer;
  readonly meter: Pick<Meter, 'createCounter' | 'createHistogram'>;
  readonly sessionId: string;
  /** On every metric point and every span. */
  readonly common: { readonly 'stream.id': string; readonly protocol: string };
  /** On metric points and on the spans that stand for a whole view. */
  readonly viewer: Attributes;
  readonly redact: (url: string) => string;
  /** Unix ms of an instant of the monotonic clock. */
  readonly wallTime: (at: number) => number;
  readonly onTrouble: (reason: Trouble) => void;
  /** Whether a request was sent with the context of its span. */
  readonly carried: (request: Request) => boolean;
};

/** What changed in a session becomes metric points and spans. Knows only the interfaces of `@opentelemetry/api`. */
export type Recorder = {
  record(before: Session, after: Session, event?: PlaybackEvent): void;
  /** The context that a request's `traceparent` names; undefined before it was recorded. */
  contextOf(requestId: number): SpanContext | undefined;
  /** The context of a peer connection's connecting; undefined where the player is none, or was connected already. */
  connectContext(): SpanContext | undefined;
  /** Brings the counters up to this session, and once a minute leaves a checkpoint of one that goes on. @returns whether it did. */
  report(session: Session): boolean;
  /** What will never arrive, so that gaps in the figures explain themselves. */
  lost(reason: string, count: number): void;
  /** Ends what is open. */
  close(at: number): void;
};

const slowStartMs = 5000;
const checkpointMs = 60_000;

export function recorder(options: RecorderOptions): Recorder {
  const { meter, common, viewer, redact, wallTime, onTrouble, carried } = options;
  const measure = instruments(meter, { ...common, ...viewer });
  const reportTotals = totalsReporter(measure);
  const start = spanStarter(options);
  const fetches = fetchRecorder(start, measure, redact, carried);
  const connections = connectionRecorder(start, measure, viewer);
  let startup: Open | undefined;
  let startupContext: SpanContext | undefined;
  let checkpointAt = Number.NEGATIVE_INFINITY;
  let checkpoints = 0;
  let checked = 0;

  function openStartup(at: number, view: number) {
    startup = start(names.startup, at, view, { attributes: viewer });
    startupContext = startup.span.spanContext();
  }

  function settleStartup({ startup: figure, to, errorType }: Fact & { kind: 'startup' }, { view }: Session) {
    const { result, durationMs, hidden, askedAt = to } = figure;
    if (!startup) openStartup(askedAt, view);
    const open = startup as Open;
    const seconds = durationMs === undefined ? {} : { 'startup.duration_s': durationMs / 1000 };
    open.span.setAttributes({ 'startup.result': result, 'startup.hidden': hidden, ...seconds });
    open.span.addEvent('play', wallTime(askedAt));
    endSpan(open, to, result === 'started' ? undefined : (errorType ?? 'left before the first frame'));
    startup = undefined;
    // A browser takes its time for a tab that nobody looks at.
    if (durationMs !== undefined && !hidden) measure('livestream.player.startup.duration', durationMs / 1000);
    if (durationMs !== undefined && durationMs > slowStartMs) onTrouble('slow_start');
  }

  function stalled(
    { from, to, cause, position, bufferAheadSec, endedBy, requests }: Fact & { kind: 'stall' },
    { view }: Session,
  ) {
    const links = requests.flatMap((id) => fetches.contextOf(id) ?? []).map((context) => ({ context }));
    const seconds = (to - from) / 1000;
    const attributes = {
      'stall.cause': cause,
      'stall.duration_s': seconds,
      'stall.ended_by': endedBy,
      'playback.position_s': position,
      'buffer.length_s': bufferAheadSec,
    };
    endSpan(start(names.stall, from, view, { attributes, links }), to);
    measure('livestream.player.stalls', 1, { 'stall.cause': cause });
    measure('livestream.player.stall.duration', seconds);
    onTrouble('stall');
  }

  function sought({ from, to, target, endedBy }: Fact & { kind: 'seek' }, { view }: Session) {
    const attributes = { 'seek.to_s': target, 'seek.duration_s': (to - from) / 1000, 'seek.ended_by': endedBy };
    endSpan(start(names.seek, from, view, { attributes }), to);
    // Given up by another wish of the viewer, it has no duration.
    if (endedBy === 'playing' || endedBy === 'pause') measure('livestream.player.seek.duration', (to - from) / 1000);
  }

  function failed({ errorType, fatal }: Fact & { kind: 'error' }) {
    measure('livestream.errors', 1, { 'error.type': errorType, 'error.fatal': fatal });
    if (fatal) onTrouble('fatal_error');
  }

  function over({ at, endedBy, last }: Fact & { kind: 'over' }) {
    reportTotals(last);
    fetches.abandon(at);
    // After an error the wish to play may still come: then that start has failed.
    if (endedBy !== 'error') forgetStartup('not_asked', at);
    if (happened(last)) checkpoint(last, at, { 'view.final': true, 'view.ended_by': endedBy });
    startupContext = undefined;
  }

  function forgetStartup(result: 'not_asked' | 'unseen', at: number) {
    startup?.span.setAttribute('startup.result', result);
    if (startup) endSpan(startup, at);
    startup = undefined;
  }

  function uncheckedFrom({ startedAt }: Session): number {
    return Math.max(checkpointAt, startedAt);
  }

  function checkpoint(session: Session, at: number, more: Attributes) {
    const links = startupContext ? [{ context: startupContext }] : [];
    const attributes = { ...viewer, 'view.checkpoint': checkpoints, ...totalAttributes(session), ...more };
    endSpan(start(names.session, uncheckedFrom(session), session.view, { attributes, links }), at, session.error);
    checkpointAt = at;
    checkpoints += 1;
    checked = progressOf(session);
  }

  return {
    record(before, after, event) {
      if (before.over && after.view !== before.view) forgetStartup('not_asked', after.at);
      if (event?.type === 'request' && !event.outcome) {
        if (!startup && after.startup.result === 'none' && !after.over) openStartup(event.at, after.view);
        fetches.sent(event.request, event.at, after.view, startup?.span);
      }
      if (after.startup.askedAt !== undefined && after.startup.result === 'pending' && !startup) {
        openStartup(after.startup.askedAt, after.view);
      }
      connections.seen(after);
      if (event?.type === 'sample' && event.connection) connections.sampled(event.connection);
      if (after.startup.result === 'unseen') forgetStartup('unseen', after.at);
      // A fact belongs to the view in which it happened, although the event may have begun the next.
      for (const fact of after.facts) {
        if (fact.kind === 'startup') settleStartup(fact, before);
        else if (fact.kind === 'stall') stalled(fact, before);
        else if (fact.kind === 'seek') sought(fact, before);
        else if (fact.kind === 'fetch') fetches.ended(fact);
        else if (fact.kind === 'error') failed(fact);
        else if (fact.kind === 'over') over(fact);
        else if (fact.kind === 'connect' || fact.kind === 'connection') connections.settled(fact, before.view);
      }
    },
    contextOf: fetches.contextOf,
    connectContext: connections.context,
    report(session) {
      reportTotals(session);
      const connectionChecked = connections.checkpoint(session);
      if (session.over) return connectionChecked;
      if (session.state === 'playing' || session.state === 'rebuffering') {
        measure('livestream.player.buffer.length', session.bufferAheadSec);
      }
      const { liveLatencySec } = session;
      if (session.state === 'playing' && liveLatencySec !== undefined)
        measure('livestream.player.live_latency', liveLatencySec);
      const isDue = session.at - uncheckedFrom(session) >= checkpointMs && progressOf(session) !== checked;
      if (!happened(session) || !isDue) return connectionChecked;
      checkpoint(session, session.at, {});
      return true;
    },
    lost: (reason, count) => measure('livestream.telemetry.dropped', count, { 'error.type': reason }),
    close(at) {
      fetches.abandon(at);
      forgetStartup('not_asked', at);
    },
  };
}

/** Whether there was anything of a viewing: a page that only publishes has none. */
function happened({ startup, totals }: Session): boolean {
  return startup.result !== 'none' || totals.requests > 0;
}

/** Grows with all that a checkpoint tells, but for the time that the viewer has it paused. */
function progressOf(session: Session): number {
  return session.view + watched(session) + session.totals.requests;
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
