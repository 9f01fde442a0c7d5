import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome, PlaybackEvent, Request } from '../../core/events.ts';
import type { Connections, Exchange } from './exchange.ts';
import { exchange } from './exchange.ts';
import type { Piece } from './stream.ts';

/** What is asked for, as the event names it. */
export type Asked = Omit<Request, 'id' | 'url' | 'retry'>;

export type Answer = { readonly url: string; readonly body: string };

export type Requests = {
  /**
   * Fetches, again where it fails, and tells each attempt.
   *
   * @throws after the last one, with the error type (as in `livestream.errors`) as the error's `cause`.
   */
  fetch(piece: Piece, asked: Asked): Promise<Answer>;
};

export type RequestsOptions = {
  readonly emit: (event: PlaybackEvent) => void;
  /** The `traceparent` of a request that was told. */
  readonly traceparent: (request: Request) => string | undefined;
  readonly connections: Connections;
  /** To the origin of `source`, and to no other. */
  readonly headers: Readonly<Record<string, string>>;
  readonly source: string;
  readonly signal: AbortSignal;
};

// As hls.js does for segments: six times, after 1, 2, 4 and then 8 seconds.
const retryMs = [1000, 2000, 4000, 8000, 8000, 8000];
const mostRedirects = 5;

/** The requests of one viewer. */
export function requests(options: RequestsOptions): Requests {
  const { emit, traceparent, connections, source, signal } = options;
  const home = new URL(source).origin;
  let count = 0;

  async function attempt(piece: Piece, asked: Asked, retry: number): Promise<Answer | { errorType: string }> {
    count += 1;
    const request: Request = { ...asked, id: count, url: piece.url, retry };
    const sentAt = performance.now();
    emit({ type: 'request', at: sentAt, request });
    const { firstAt, endedAt, outcome, body } = await follow(piece, request);
    const errorType = outcome.errorType ?? (isRedirect(outcome) ? 'too_many_redirects' : undefined);
    const result = signal.aborted ? 'aborted' : errorType ? 'failed' : 'ok';
    const took = { durationMs: endedAt - sentAt, ttfbMs: firstAt && firstAt - sentAt };
    const told = { ...outcome, ...took, result, errorType: result === 'failed' ? errorType : undefined } as const;
    emit({ type: 'request', at: endedAt, request, outcome: told });
    signal.throwIfAborted();
    return errorType ? { errorType } : { url: outcome.finalUrl ?? piece.url, body };
  }

  async function follow({ url, range }: Piece, request: Request): Promise<Exchange> {
    const reads = request.objectType === 'manifest';
    const trace = traceparent(request);
    let address = new URL(url);
    for (let redirects = 0; ; redirects += 1) {
      const headers = {
        ...(address.origin === home && options.headers),
        ...(range && { range }),
        ...(trace && { traceparent: trace }),
      };
      const done = await exchange(address, connections, { headers, reads, signal });
      const { finalUrl } = done.outcome;
      if (!isRedirect(done.outcome) || redirects === mostRedirects || !finalUrl) return done;
      address = new URL(finalUrl);
    }
  }

  return {
    async fetch(piece, asked) {
      for (let retry = 0; ; retry += 1) {
        const answer = await attempt(piece, asked, retry);
        if ('url' in answer) return answer;
        const delayMs = retryMs[retry];
        if (delayMs === undefined) throw new Error(`${piece.url} could not be fetched`, { cause: answer.errorType });
        await pause(delayMs, undefined, { signal });
      }
    },
  };
}

function isRedirect({ status = 0 }: Pick<Outcome, 'status'>): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
