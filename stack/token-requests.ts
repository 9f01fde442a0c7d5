/** What is sent to a gateway that asks for tokens, with and without. */
import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';

export const issuer = 'https://www.example.com';

/** A token for the stream `with-token` as the site would sign it, but for the claims that are given. */
export async function signed(key: KeyObject, claims: Record<string, string | number>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const all = { iss: issuer, aud: 'playscope', sub: '*', stream_id: 'with-token', exp, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA' }).sign(key);
}

export type Report = {
  readonly stream: string;
  readonly sessions?: readonly string[];
  readonly authorization?: string | undefined;
  /** As the load balancer in front tells it. */
  readonly from?: string;
};

/** Each session reports ten seconds of presence. */
export function report(
  endpoint: string,
  { stream, sessions = ['the-session'], authorization, from = '198.18.8.1' }: Report,
) {
  const now = Date.now();
  const attributes = listed({ 'stream.id': stream, 'viewer.state': 'playing' });
  const times = { startTimeUnixNano: `${now - 10_000}000000`, timeUnixNano: `${now}000000` };
  const sum = { dataPoints: [{ asDouble: 10, ...times, attributes }], aggregationTemporality: 1, isMonotonic: true };
  const scopeMetrics = [{ metrics: [{ name: 'livestream.viewer.presence', unit: 's', sum }] }];
  const resourceMetrics = sessions.map((session) => ({
    resource: { attributes: listed({ 'session.id': session }) },
    scopeMetrics,
  }));
  return post(`${endpoint}/v1/metrics`, { resourceMetrics }, { 'x-forwarded-for': from }, authorization);
}

/** One trace with a span for each of the streams and sessions. */
export async function trace(
  endpoint: string,
  whose: readonly (readonly [stream: string, session: string])[],
  authorization: string,
): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const now = Date.now();
  const spans = whose.map(([stream, session]) => ({
    ...{ traceId, spanId: randomBytes(8).toString('hex'), name: 'livestream.player.startup', kind: 1 },
    ...{ startTimeUnixNano: `${now - 100}000000`, endTimeUnixNano: `${now}000000` },
    attributes: listed({ 'stream.id': stream, 'session.id': session }),
  }));
  const resource = { attributes: listed({ 'service.name': 'web-player' }) };
  await post(`${endpoint}/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }, {}, authorization);
  return traceId;
}

/** Whether a page may send a token at all: it is asked before, without one. */
export async function preflight(endpoint: string): Promise<string> {
  const { status, headers } = await fetch(`${endpoint}/v1/metrics`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://localhost:8080',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-encoding,content-type',
    },
  });
  const allowed = headers.get('access-control-allow-headers') ?? '';
  return status < 300 && allowed.includes('authorization') ? 'allowed' : `${status}, headers ${allowed || 'none'}`;
}

async function post(url: string, body: object, headers: Record<string, string>, authorization: string | undefined) {
  const all = { 'content-type': 'application/json', ...headers, ...(authorization && { authorization }) };
  const response = await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response;
}

function listed(attributes: Record<string, string>) {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
