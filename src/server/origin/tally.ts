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
  let waiting: Answer[] = [];
  let timer: NodeJS.Timeout | undefined;

  function record(answer: Answer, counts: Map<string, { readonly of: Attributes; count: number }>) {
    const { method, path, status, contentType, bytes, answeredMs, beganMs, blocking } = answer;
    const streamId = streamIdOf(path, status !== undefined && status < 400);
    const type = typeByPath(method, path) ?? typeByContent(contentType);
    const protocol = protocolOf(path);
    const statusClass = status && `${Math.floor(status / 100)}xx`;
    const of = { 'stream.id': streamId, protocol, 'request.type': type, 'http.response.status_class': statusClass };
    const key = `${streamId}\n${protocol}\n${type}\n${statusClass}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { of, count: 1 });
    if (answeredMs !== undefined && !blocking) measure('livestream.origin.request_latency', answeredMs - beganMs, of);
    sent(bytes, streamId);
    endSpan(answer, of);
  }

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    const answers = waiting;
    waiting = [];
    const counts = new Map<string, { readonly of: Attributes; count: number }>();
    for (const answer of answers) {
      try {
        record(answer, counts);
      } catch {
        // Whatever a provider throws, the other answers are recorded.
      }
    }
    for (const { of, count } of counts.values()) measure('livestream.origin.requests', count, of);
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
