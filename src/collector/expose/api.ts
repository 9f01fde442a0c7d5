import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CollectorState } from '../collector.ts';
import type { Refusal } from '../receive/body.ts';
import { refusal, shown } from '../receive/body.ts';
import { answerPreflight } from '../receive/cors.ts';
import { mostSpansFound } from '../span-search.ts';
import type { Requests } from './own-metrics.ts';
import { prometheusType } from './prometheus.ts';

const tracePath = /^\/api\/traces\/([^/]+)$/;

/** Whether a path belongs to the query interface. */
export function isApiPath(path: string): boolean {
  return path === '/metrics' || path === '/healthz' || path.startsWith('/api/');
}

/** Answers the query interface. What it shows is for any page to read. @returns why the request is refused, if it is. */
export function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  state: CollectorState,
  requests: Requests,
): Refusal | undefined {
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (request.method === 'OPTIONS') {
    answerPreflight(request, response, 'GET');
    return undefined;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD, OPTIONS');
    return refusal(405, `method: expected GET, received ${request.method}`);
  }
  if (url.pathname === '/metrics') {
    response.writeHead(200, { 'Content-Type': prometheusType }).end(state.prometheus(requests));
    return undefined;
  }
  const body = bodyOf(url, state);
  if (body && 'status' in body && 'message' in body) return body as Refusal;
  response
    .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body));
  return undefined;
}

function bodyOf({ pathname, searchParams }: URL, state: CollectorState): object {
  const parameter = (name: string) => searchParams.get(name) || undefined;
  const numeric = (name: string) => (parameter(name) === undefined ? undefined : Number(parameter(name)));
  switch (pathname) {
    case '/healthz':
      return state.health();
    case '/api/viewers':
      return state.viewers();
    case '/api/streams':
      return state.streams();
    case '/api/alerts':
      return state.alerts();
    case '/api/series': {
      const minutes = Number(parameter('minutes') ?? 15);
      if (!(minutes >= 1 && minutes <= 60)) return wrong('minutes', 'a number from 1 to 60', parameter('minutes'));
      return state.series(minutes, parameter('stream'));
    }
    case '/api/joins':
      return state.joins(parameter('stream'));
    case '/api/spans': {
      const notNumber = ['sequence', 'from', 'to'].find((each) => !Number.isFinite(numeric(each) ?? 0));
      if (notNumber) return wrong(notNumber, 'a number', parameter(notNumber));
      const [sequence, from, to] = [numeric('sequence'), numeric('from'), numeric('to')];
      const limit = Number(parameter('limit') ?? 200);
      if (!(limit >= 1 && limit <= mostSpansFound))
        return wrong('limit', `a number from 1 to ${mostSpansFound}`, parameter('limit'));
      const [stream, session, name] = [parameter('stream'), parameter('session'), parameter('name')];
      return state.spans({ stream, session, name, sequence, from, to, limit });
    }
    case '/api/traces': {
      const limit = Number(parameter('limit') ?? 50);
      if (!(limit >= 1 && limit <= 500)) return wrong('limit', 'a number from 1 to 500', parameter('limit'));
      const [stream, session, name] = [parameter('stream'), parameter('session'), parameter('name')];
      return state.traces({ stream, session, name, limit, error: parameter('error') === '1' });
    }
    default: {
      const traceId = tracePath.exec(pathname)?.[1]?.toLowerCase();
      if (traceId === undefined)
        return refusal(404, `path: expected one of the collector's, received ${shown(pathname)}`);
      return state.trace(traceId) ?? refusal(404, `trace: expected one that is still kept, received ${shown(traceId)}`);
    }
  }
}

function wrong(parameter: string, expected: string, received = ''): Refusal {
  return refusal(400, `${parameter}: expected ${expected}, received ${shown(received)}`);
}
