/** What is sent to a gateway that asks for tokens, with and without. */
import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { keyValues, metricsBody, tracesBody, watched } from '../src/collector/test-bodies.ts';
import { post } from './post.ts';

export const issuer = 'https://www.example.com';

/** PEM of a private key. */
export function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

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
  const time = Date.now();
  const labels = { 'stream.id': stream };
  const bodies = sessions.map((session) => metricsBody({ session, time, labels, counters: watched(10) }));
  const body = { resourceMetrics: bodies.flatMap(({ resourceMetrics }) => resourceMetrics) };
  return post(`${endpoint}/v1/metrics`, body, { 'x-forwarded-for': from, ...(authorization && { authorization }) });
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
    attributes: keyValues({ 'stream.id': stream, 'session.id': session }),
  }));
  await post(`${endpoint}/v1/traces`, tracesBody('web-player', spans), { authorization });
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
