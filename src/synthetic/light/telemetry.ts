import type { Attributes } from '@opentelemetry/api';
import type { PlaybackEvent, Request } from '../../core/events.ts';
import { pass } from '../../core/reduce.ts';
import type { Session } from '../../core/session.ts';
import { nextReport } from '../../core/signals.ts';
import { version } from '../../core/version.ts';
import { flightRecorder } from '../../telemetry/flight-recorder.ts';
import { providers } from '../../telemetry/providers.ts';
import { recorder } from '../../telemetry/recorder.ts';
import { redactUrl } from '../../telemetry/redact.ts';
import { traceparentOf } from '../../telemetry/traceparent.ts';
import type { Outbox } from './outbox.ts';

export type TelemetryOptions = {
  readonly sessionId: string;
  readonly outbox: Outbox;
  readonly common: { readonly 'stream.id': string; readonly protocol: string };
  readonly viewer: Attributes;
  readonly sampleRatio: number;
  /** The session now. */
  readonly session: () => Session;
};

/** What one viewer reports, through the recorder of the players. */
export type Telemetry = {
  record(before: Session, after: Session, event?: PlaybackEvent): void;
  traceparent(request: Request): string | undefined;
  /** Reports a last time. */
  end(): Promise<void>;
};

// As players do.
const reportMs = 10_000;
// A quarter of a player's, as hundreds share the memory of one process: about 20 seconds of fetches.
const ringSize = 50;

export function telemetry({ sessionId, outbox, common, viewer, sampleRatio, session }: TelemetryOptions): Telemetry {
  const now = () => performance.now();
  const spans = flightRecorder(sessionId, sampleRatio, now, ringSize);
  const own = providers({
    resource: { 'service.name': 'light-viewer', 'session.id': sessionId },
    scope: { name: 'playscope', version },
    shouldSample: spans.shouldSample,
    onSpanEnd: spans.add,
  });
  const record = recorder({
    ...{ tracer: own.tracer, meter: own.meter, sessionId, common, viewer },
    redact: (url) => redactUrl(new URL(url)),
    wallTime: (at) => Date.now() + at - now(),
    onTrouble: spans.trouble,
    carried: () => true,
  });
  let reporting = Promise.resolve();
  // At a random phase, so that the viewers of one start do not report together for ever.
  let timer = schedule(reportMs * (0.2 + Math.random() * 0.3));

  function schedule(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const nextMs = reportMs * (0.9 + Math.random() * 0.2);
      timer = schedule(nextMs);
      reporting = reporting.then(() => report(nextMs));
    }, delayMs);
  }

  async function report(nextMs: number) {
    const before = session();
    const after = pass(before, now());
    record.record(before, after);
    record.report(after);
    record.lost('span_queue_full', spans.takeDropped());
    const metrics = await own.collect({ [nextReport]: nextMs / 1000 }, 'empty');
    const ended = spans.drain();
    let lost = metrics ? outbox.add('metrics', metrics) : 0;
    if (ended.length > 0) lost += outbox.add('traces', own.serializeSpans(ended));
    record.lost('queue_full', lost);
  }

  return {
    record: record.record,
    traceparent(request) {
      const context = record.contextOf(request.id);
      return context && traceparentOf(context);
    },
    async end() {
      clearTimeout(timer);
      await reporting;
      record.close(now());
      await report(0);
      own.shutdown();
      await outbox.leave();
    },
  };
}
