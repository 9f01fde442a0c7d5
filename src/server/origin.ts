import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { instruments } from './instruments.ts';
import { wrongOption } from './options.ts';
import { bandwidth } from './origin/bandwidth.ts';
import type { Addition, AllowOrigin } from './origin/cross-origin.ts';
import { isPreflight, openTo, preflight } from './origin/cross-origin.ts';
import { followResponse } from './origin/fetch-answers.ts';
import type { Follower, NodeRequest, NodeResponse } from './origin/node-answers.ts';
import { followAnswer, isFollowed } from './origin/node-answers.ts';
import type { Asked } from './origin/request-spans.ts';
import { beginSpan, endSpan, timingOf } from './origin/request-spans.ts';
import type { Answer } from './origin/tally.ts';
import { tally } from './origin/tally.ts';
import { meterOf, tracerOf } from './providers.ts';
import type { Publications } from './publications.ts';
import { isPromise } from './quietly.ts';

export type OriginOptions = {
  /** `stream.id`: of all that is served here, or by path. Undefined for what belongs to no stream. */
  readonly streamId: string | ((path: string) => string | undefined);
  /** Which publish made which object, such as the registry of a publisher: answers are linked to it. */
  readonly publications?: Pick<Publications, 'contextOf'> | undefined;
  /** Pages of these origins may read answers and their timing, and preflights are answered. Default: left to the application. */
  readonly allowOrigin?: AllowOrigin | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the one that is registered with OpenTelemetry. */
  readonly meterProvider?: MeterProvider | undefined;
};

type NodeHandler<Request extends NodeRequest, Response extends NodeResponse> = (
  request: Request,
  response: Response,
) => unknown;
type FetchHandler<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>;
type FastifyHook = (
  request: { readonly raw: NodeRequest },
  reply: { readonly raw: NodeResponse; hijack(): unknown },
  done: () => void,
) => void;

/** The same measurements in the shape of each kind of server. */
export type InstrumentedOrigin = {
  /** Wraps a handler of `node:http`, `https` or the compatible part of `http2`. */
  handler<Request extends NodeRequest, Response extends NodeResponse>(
    handle: NodeHandler<Request, Response>,
  ): (request: Request, response: Response) => unknown;
  /** Middleware of Connect and Express; put it first. */
  middleware(request: NodeRequest, response: NodeResponse, next: () => void): void;
  /** Hook of Fastify: `app.addHook('onRequest', origin.onRequest)`. */
  onRequest: FastifyHook;
  /** Wraps a handler that takes a `Request` and gives a `Response`, as of Hono (`app.fetch`) and others. */
  fetch<Rest extends unknown[]>(handle: FetchHandler<Rest>): (request: Request, ...rest: Rest) => Promise<Response>;
  /** Records what has ended, and the last bandwidth: call it before the providers are shut down. Requests under way are still told. */
  stop(): void;
};

/**
 * Measures an origin: a span for each request, in the trace of the player's fetch where the request carried its context and
 * linked to the publish of the object; latency, requests and bandwidth; and a `Server-Timing` by which players join their
 * side to it. Answers are otherwise what they were: it never throws into a request, and what a handler throws it throws on.
 *
 * @throws TypeError when an option is wrong, and never later.
 */
export function instrumentOrigin(options: OriginOptions): InstrumentedOrigin {
  const wrong = wrongOption('origin', options);
  if (wrong !== undefined) throw new TypeError(wrong);
  const { streamId, publications, allowOrigin } = options;
  const measure = instruments(meterOf(options), {});
  const tracer = tracerOf(options);
  const edge = bandwidth((megabits, stream) => measure('livestream.edge.bandwidth', megabits, { 'stream.id': stream }));
  const streamIdOf = typeof streamId === 'string' ? () => streamId : bounded(streamId);
  const done = tally({ measure, streamIdOf, sent: edge.sent, endSpan });
  const additionsFor = openTo(allowOrigin);

  /** Undefined where the request cannot be measured: then it is answered as without us. */
  function follower(asked: Asked, opens: readonly Addition[]): Follower | undefined {
    try {
      const begins = (answer: Answer): readonly Addition[] => [['Server-Timing', timingOf(answer), true], ...opens];
      return { answer: beginSpan(asked, tracer, publications), begins, ends };
    } catch {
      return undefined;
    }
  }

  function ends(answer: Answer) {
    if (answer.endedMs > 0) return;
    answer.endedMs = performance.now();
    done.add(answer);
  }

  /** Follows the answer, once; undefined where it was a preflight, which is answered. */
  function follow(request: NodeRequest, response: NodeResponse): { answer?: Answer } | undefined {
    if (isFollowed(response)) return {};
    const { method = 'GET', url = '/', headers } = request;
    const { range, origin } = headers;
    const opens = additionsFor(origin);
    const following = follower({ method, url, range, traceparent: headers.traceparent as string | undefined }, opens);
    if (following) followAnswer(response, following);
    if (allowOrigin === undefined || !isPreflight(method, headers['access-control-request-method'])) {
      return { ...(following && { answer: following.answer }) };
    }
    response.writeHead(204, preflight(opens));
    response.end();
    return undefined;
  }

  return {
    handler: (handle) => (request, response) => {
      const followed = follow(request, response);
      if (!followed) return undefined;
      const failed = (error: unknown) => {
        if (followed.answer) followed.answer.error = error;
      };
      try {
        const result = handle(request, response);
        if (isPromise(result)) result.then(undefined, failed);
        return result;
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    middleware(request, response, next) {
      if (follow(request, response)) next();
    },
    onRequest(request, reply, next) {
      if (follow(request.raw, reply.raw)) next();
      else reply.hijack();
    },
    fetch:
      (handle) =>
      async (request, ...rest) => {
        const { method, url, headers } = request;
        const header = (name: string) => headers.get(name) ?? undefined;
        const { pathname, search } = new URL(url);
        const opens = additionsFor(header('origin'));
        const asked = { method, url: pathname + search, range: header('range'), traceparent: header('traceparent') };
        const isAsking = allowOrigin !== undefined && isPreflight(method, header('access-control-request-method'));
        const answered = () =>
          isAsking ? new Response(null, { status: 204, headers: preflight(opens) }) : handle(request, ...rest);
        const following = follower(asked, opens);
        return following ? followResponse(following, answered) : answered();
      },
    stop() {
      done.flush();
      edge.stop();
    },
  };
}

const mostStreams = 100;

/**
 * Paths come from clients. A name counts once something was found there, those beyond the first hundred are one, and what
 * throws names nothing.
 */
function bounded(name: (path: string) => string | undefined) {
  const known = new Set<string>();
  return (path: string, found: boolean): string | undefined => {
    try {
      const named = name(path);
      if (named === undefined || known.has(named)) return named;
      if (!found) return undefined;
      if (known.size >= mostStreams) return 'other';
      known.add(named);
      return named;
    } catch {
      return undefined;
    }
  };
}
