import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { metrics, trace } from '@opentelemetry/api';
import { version } from '../core/version.ts';
import { instruments } from './instruments.ts';
import { wrongOrigin } from './options.ts';
import { bandwidth } from './origin/bandwidth.ts';
import type { AllowOrigin } from './origin/cross-origin.ts';
import { isPreflight, openTo, preflight } from './origin/cross-origin.ts';
import { followResponse } from './origin/fetch-answers.ts';
import type { NodeRequest, NodeResponse } from './origin/node-answers.ts';
import { followAnswer } from './origin/node-answers.ts';
import { requestSpans } from './origin/request-spans.ts';
import type { Publications } from './publications.ts';

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
  /** Tells the last bandwidth; requests under way are still told. */
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
  const wrong = wrongOrigin(options);
  if (wrong !== undefined) throw new TypeError(wrong);
  const { streamId, publications, allowOrigin } = options;
  const { tracerProvider = trace.getTracerProvider(), meterProvider = metrics.getMeterProvider() } = options;
  const measure = instruments(meterProvider.getMeter('playscope', version), {});
  const edge = bandwidth((megabits, stream) => measure('livestream.edge.bandwidth', megabits, { 'stream.id': stream }));
  const begin = requestSpans({
    tracer: tracerProvider.getTracer('playscope', version),
    measure,
    streamIdOf: typeof streamId === 'string' ? () => streamId : bounded(streamId),
    publications,
    sent: edge.sent,
  });

  /** Follows the answer; undefined where it was a preflight, which is answered. */
  function follow(request: NodeRequest, response: NodeResponse) {
    const { origin, 'access-control-request-method': wants } = request.headers;
    if (allowOrigin !== undefined) {
      if (isPreflight(request.method, wants)) {
        response.writeHead(204, preflight(allowOrigin, origin));
        response.end();
        return undefined;
      }
      for (const [name, value] of Object.entries(openTo(allowOrigin, origin))) response.setHeader(name, value);
    }
    return followAnswer(request, response, begin);
  }

  return {
    handler: (handle) => (request, response) => {
      const following = follow(request, response);
      if (!following) return undefined;
      try {
        const result = handle(request, response);
        if (isPromise(result)) result.then(undefined, following.failed);
        return result;
      } catch (error) {
        following.failed(error);
        throw error;
      }
    },
    middleware(request, response, next) {
      if (follow(request, response)) next();
    },
    onRequest(request, reply, done) {
      if (follow(request.raw, reply.raw)) done();
      else reply.hijack();
    },
    fetch:
      (handle) =>
      async (request, ...rest) => {
        const origin = request.headers.get('origin') ?? undefined;
        if (
          allowOrigin !== undefined &&
          isPreflight(request.method, request.headers.get('access-control-request-method'))
        )
          return new Response(null, { status: 204, headers: preflight(allowOrigin, origin) });
        return followResponse(request, begin, allowOrigin === undefined ? {} : openTo(allowOrigin, origin), () =>
          handle(request, ...rest),
        );
      },
    stop: edge.stop,
  };
}

const mostStreams = 100;

/** Paths come from clients: names beyond the first hundred are one, and what throws names nothing. */
function bounded(name: (path: string) => string | undefined): (path: string) => string | undefined {
  const known = new Set<string>();
  return (path) => {
    try {
      const found = name(path);
      if (found === undefined || known.has(found)) return found;
      if (known.size >= mostStreams) return 'other';
      known.add(found);
      return found;
    } catch {
      return undefined;
    }
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
