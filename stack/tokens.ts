/** The gateway that asks for tokens: who gets in, and what a token is good for. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { prometheusName } from '../src/collector/expose/prometheus.ts';
import { metricsBody, watched } from '../src/collector/test-bodies.ts';
import { viewerTokens } from '../src/server/viewer-tokens.ts';
import type { Service } from './compose.ts';
import { readOverlay } from './compose.ts';
import { post } from './post.ts';
import type { Query } from './query.ts';
import type { Stack } from './services.ts';
import { startServices } from './services.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

const issuer = 'https://www.example.com';
const stored = prometheusName('livestream.viewer.presence');
const oneMinuteMs = 60_000;

/** Starts a second proxy and Collector with compose.tokens.yaml before the stores that run already. */
export async function tokenRows(
  services: readonly Service[],
  deploy: string,
  folder: string,
  running: Stack,
  query: Query,
) {
  const [key, nextKey] = [newKey(), newKey()];
  const tokens = viewerTokens({ privateKey: key, issuer });
  const next = viewerTokens({ privateKey: nextKey, issuer });
  const files = join(folder, 'with-tokens');
  cpSync(deploy, files, { recursive: true });
  const keys = (list: object[]) => JSON.stringify({ keys: list });
  const { keys: own } = await tokens.publicKeys();
  const { keys: nextOwn } = await next.publicKeys();
  writeFileSync(join(files, 'collector/viewer-keys.json'), keys(own));
  const gateway = services.filter(({ name }) => name === 'collector' || name === 'proxy');
  const elsewhere = {
    'vmagent:8429': new URL(running.url('vmagent', 8429)).host,
    'jaeger:4318': new URL(running.url('jaeger', 4318)).host,
  };
  const home = join(folder, 'gateway');
  const stack = await startServices(readOverlay(join(files, 'compose.tokens.yaml'), gateway), files, home, elsewhere);
  try {
    const send = (stream: string, authorization?: string, session = 'the-session') =>
      report(stack.url('proxy', 8080), stream, session, authorization);
    const token = await tokens.issue({ streamId: 'with-token', sessionId: 'the-session' });
    const expired = await signed(key, { exp: Math.floor(Date.now() / 1000) - 60 });
    const elsewhereFor = await signed(key, { aud: 'another' });
    const refused: [what: string, authorization: string | undefined][] = [
      ['no token', undefined],
      ['a token that is over', `Bearer ${expired}`],
      ['a token of another key', `Bearer ${await next.issue({ streamId: 'with-token' })}`],
      ['a token for another audience', `Bearer ${elsewhereFor}`],
      ['a token without a signature', `Bearer ${token.split('.').slice(0, 2).join('.')}.`],
      ['a word that is no token', 'Bearer secret'],
    ];
    const rows: Row[] = [];
    for (const [what, authorization] of refused)
      rows.push(fact(what, '401', `${(await send('with-token', authorization)).status}`));
    await send('of-another', `Bearer ${token}`);
    await send('with-token', `Bearer ${token}`, 'another-session');
    rows.push(fact('a token of the site', '200', `${(await send('with-token', `Bearer ${token}`)).status}`));
    await until('a report with a token is stored', oneMinuteMs, async () => (await find('with-token')).length > 0);
    rows.push(
      fact('a stream that is not the token’s', 'left out', (await find('of-another')).length ? 'stored' : 'left out'),
    );
    const [kept] = await find('with-token');
    rows.push(fact('presence of a session that is not the token’s', '10 s', `${kept?.value ?? 0} s`));
    rows.push(fact('preflight without a token', 'allowed', await preflight(stack.url('proxy', 8080))));

    writeFileSync(join(home, 'collector/collector/viewer-keys.json'), keys([...own, ...nextOwn]));
    const renewed = `Bearer ${await next.issue({ streamId: 'with-token' })}`;
    await until('a key that was added is believed', oneMinuteMs, async () => (await send('with-token', renewed)).ok);
    rows.push(
      fact(
        'a second key, while the first is still good',
        '200',
        `${(await send('with-token', `Bearer ${token}`)).status}`,
      ),
    );

    const crowded = Array.from({ length: 100 }, (_, i) =>
      report(stack.url('proxy', 8080), 'with-token', 'the-session', `Bearer ${token}`, `198.18.9.${i}`),
    );
    const taken = (await Promise.all(crowded)).filter(({ ok }) => ok).length;
    rows.push(
      fact('100 requests of a token from 100 addresses', '20 or so taken', `${taken} taken`, taken > 9 && taken < 30),
    );
    return rows;
  } finally {
    await stack.stop();
  }

  function find(stream: string) {
    return query(`${stored}{stream_id="${stream}"}`);
  }
}

function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** As the site would, but for what is given. */
async function signed(pem: string, claims: Record<string, string | number>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const all = { iss: issuer, aud: 'playscope', sub: '*', stream_id: 'with-token', exp, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA' }).sign(createPrivateKey(pem));
}

function report(endpoint: string, stream: string, session: string, authorization = '', from = '198.18.8.1') {
  const body = metricsBody({ session, time: Date.now(), labels: { 'stream.id': stream }, counters: watched(10) });
  return post(`${endpoint}/v1/metrics`, body, { 'x-forwarded-for': from, ...(authorization && { authorization }) });
}

async function preflight(endpoint: string): Promise<string> {
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
