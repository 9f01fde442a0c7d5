import type { IncomingMessage, ServerResponse } from 'node:http';
import { stepMs } from './aggregate/series.ts';
import { collectorState } from './collector.ts';
import type { Thresholds } from './expose/alert-states.ts';
import { answerApi, isApiPath } from './expose/api.ts';
import { warRoom } from './expose/war-room.ts';
import { refusal, shown } from './receive/body.ts';
import type { AllowOrigin } from './receive/cors.ts';
import { closeAll, listen } from './receive/listen.ts';
import { answerRefusal, receive } from './receive/otlp-http.ts';

export type CollectorOptions = {
  /** Default 4318; 0 takes a free one. */
  readonly port?: number;
  /** Default `localhost`: both loopback addresses. `::` or `0.0.0.0` for all interfaces. */
  readonly host?: string;
  /** Origins of the pages that may send, such as `https://tv.example`. Default any. */
  readonly allowOrigin?: AllowOrigin;
  /** Largest body of an OTLP request after decompression. Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /** `region` of players that name none. Default none. */
  readonly region?: string;
  /** Most series, default 10,000. A histogram that is fed all the time takes about 50 KB an hour, a counter 6 KB. */
  readonly maxSeries?: number;
  /** Most sessions to count one by one, default 200,000. Beyond that only the mean count stays right. */
  readonly maxSessions?: number;
  /** Most spans to keep, default 20,000. */
  readonly maxSpans?: number;
  /** Most bytes of spans to keep, default 64 MiB. */
  readonly maxTraceBytes?: number;
  /** Own alert thresholds, in the unit of the alert's metric. */
  readonly thresholds?: Thresholds;
  /** The clock, Unix ms. Default `Date.now`. */
  readonly now?: () => number;
};

export type Collector = {
  /** Base URL for players and people, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
};

export type { AllowOrigin, Thresholds };

/**
 * Starts a collector: OTLP/HTTP in, the war room, figures, traces and Prometheus metrics out. All is kept in memory.
 *
 * @throws when the port cannot be had, with the system's `code`, such as `EADDRINUSE`.
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const { host = 'localhost', allowOrigin = '*', maxBodyBytes = 4 * 1024 * 1024, now = Date.now } = options;
  const { maxSeries = 10_000, maxSessions = 200_000, maxSpans = 20_000, maxTraceBytes = 64 * 1024 * 1024 } = options;
  const { region, thresholds = {} } = options;
  const state = collectorState({ region, maxSeries, maxSessions, maxSpans, maxTraceBytes, thresholds, now });
  const serveWarRoom = warRoom();
  const requests = new Map<string, number>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(`http://collector${request.url?.startsWith('/') ? request.url : '/'}`);
    const path = url.pathname;
    // Only paths that exist are counted by name: anyone can make up others.
    let counted = path;
    response.once('close', () => {
      const key = `${counted} ${response.statusCode}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    });
    if (path === '/v1/metrics') return receive(request, response, 'metrics', state, { allowOrigin, maxBodyBytes });
    if (path === '/v1/traces') return receive(request, response, 'traces', state, { allowOrigin, maxBodyBytes });
    counted = isApiPath(path) ? (path.startsWith('/api/traces/') ? '/api/traces/{traceId}' : path) : '/';
    if (isApiPath(path)) {
      const refused = answerApi(request, response, url, state, requests);
      if (refused?.status === 404 && !path.startsWith('/api/traces/')) counted = 'other';
      if (refused) answerRefusal(request, response, undefined, refused);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      counted = 'other';
      const expected = 'POST to /v1/metrics or /v1/traces, GET elsewhere';
      const known = path === '/';
      if (known) response.setHeader('Allow', 'GET, HEAD');
      const message = known ? 'method: expected GET' : `path: expected ${expected}`;
      answerRefusal(
        request,
        response,
        undefined,
        refusal(known ? 405 : 404, `${message}, received ${request.method} ${shown(path)}`),
      );
      return;
    }
    const served = serveWarRoom(request, response);
    if (served) return;
    if (served === undefined && path === '/') {
      answerRefusal(
        request,
        response,
        undefined,
        refusal(503, 'The war room has not been built: npm run build makes it.'),
      );
      return;
    }
    counted = 'other';
    answerRefusal(
      request,
      response,
      undefined,
      refusal(404, `path: expected one of the collector's, received ${shown(path)}`),
    );
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    // A connection that breaks in the middle is the sender's affair; anything else must not take the collector down.
    response.on('error', () => {});
    answer(request, response).catch(() => {
      if (response.headersSent || response.destroyed) response.destroy();
      else answerRefusal(request, response, undefined, refusal(500, 'The collector could not answer this request.'));
    });
  }

  const { port, servers } = await listen(handle, host, options.port ?? 4318);
  const timer = setInterval(state.advance, stepMs);
  timer.unref();
  return {
    url: `http://${shownHost(host)}:${port}`,
    port,
    async close() {
      clearInterval(timer);
      await closeAll(servers);
    },
  };
}

function shownHost(host: string): string {
  if (host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
