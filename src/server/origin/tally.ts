import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import type { Measure } from '../instruments.ts';
import { protocolOf, typeByContent, typeByPath } from './request-type.ts';

/** A request that is being answered, and what is known of the answer so far. Instants are those of the monotonic clock, ms. */
export type Answer = {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly span: Span;
  readonly publish: SpanContext | undefined;
  readonly blocking: boolean;
  readonly beganMs: number;
  answeredMs: number | undefined;
  endedMs: number;
  /** Undefined where nothing was answered. */
  status: number | undefined;
  /** Of the body, as far as the application gave it. */
  bytes: number;
  contentType: string | undefined;
  cacheControl: string | undefined;
  /** The client went away, or the application broke the answer off, before its end. */
  broken: 'aborted' | 'truncated' | undefined;
  error: unknown;
};

type About = {
  readonly measure: Measure;
  /** The stream of a path; whether it was `found` says if its name is one to keep. */
  readonly streamIdOf: (path: string, found: boolean) => string | undefined;
  readonly sent: (bytes: number, streamId: string | undefined) => void;
  readonly endSpan: (answer: Answer, of: Attributes) => void;
};

const mostWaiting = 64;
const longestWaitMs = 100;

/**
 * Records answers that have ended. Not one by one but many at a time, apart from the requests: the same work in a row takes a
 * fraction of the time, and no request waits for it.
 */
export function tally({ measure, streamIdOf, sent, endSpan }: About) {
  const series = new Map<string, { readonly of: Attributes; requests: number }>();
  let waiting: Answer[] = [];
  let timer: NodeJS.Timeout | undefined;

  function seriesOf({ method, path, status, contentType }: Answer, streamId: string | undefined) {
    const type = typeByPath(method, path) ?? typeByContent(contentType);
    const protocol = protocolOf(type, path);
    const statusClass = status === undefined ? undefined : `${Math.floor(status / 100)}xx`;
    const key = `${streamId}\n${protocol}\n${type}\n${statusClass}`;
    const known = series.get(key);
    if (known) return known;
    const of = { 'stream.id': streamId, protocol, 'request.type': type, 'http.response.status_class': statusClass };
    const made = { of: Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)), requests: 0 };
    series.set(key, made);
    return made;
  }

  function record(answer: Answer) {
    const { path, status, bytes, answeredMs, beganMs, blocking } = answer;
    const streamId = streamIdOf(path, status !== undefined && status < 400);
    const one = seriesOf(answer, streamId);
    one.requests += 1;
    if (answeredMs !== undefined && !blocking)
      measure('livestream.origin.request_latency', answeredMs - beganMs, one.of);
    sent(bytes, streamId);
    endSpan(answer, one.of);
  }

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    const answers = waiting;
    waiting = [];
    for (const answer of answers) {
      try {
        record(answer);
      } catch {
        // Whatever a provider throws, the other answers are recorded.
      }
    }
    for (const one of series.values()) {
      if (one.requests > 0) measure('livestream.origin.requests', one.requests, one.of);
      one.requests = 0;
    }
  }

  return {
    add(answer: Answer) {
      waiting.push(answer);
      if (waiting.length >= mostWaiting) flush();
      else timer ??= setTimeout(flush, longestWaitMs).unref();
    },
    flush,
  };
}
