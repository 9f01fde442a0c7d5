/** The gateway that asks for tokens: who gets in, and what a token is good for. */
import { createPrivateKey } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewerTokens } from '../src/server/viewer-tokens.ts';
import type { Service } from './compose.ts';
import { readOverlay } from './compose.ts';
import type { Jaeger } from './jaeger.ts';
import type { Query } from './query.ts';
import { only } from './query.ts';
import type { Stack } from './services.ts';
import { startServices } from './services.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { tokenPageRows } from './token-page.ts';
import { issuer, newKey, preflight, report, signed, trace } from './token-requests.ts';
import { until } from './until.ts';

type Place = {
  readonly services: readonly Service[];
  readonly deploy: string;
  readonly folder: string;
  /** The stores, among others. */
  readonly stack: Stack;
  readonly query: Query;
  readonly jaeger: Jaeger;
};

const oneMinuteMs = 60_000;
const stream = 'with-token';

/** Starts a second proxy and Collector with compose.tokens.yaml before the stores that run already. */
export async function tokenRows(place: Place): Promise<Row[]> {
  const { services, deploy, folder, stack: running, query, jaeger } = place;
  const [key, nextKey] = [newKey(), newKey()];
  const tokens = viewerTokens({ privateKey: key, issuer });
  const next = viewerTokens({ privateKey: nextKey, issuer });
  const files = join(folder, 'with-tokens');
  cpSync(deploy, files, { recursive: true });
  const keys = (list: object[]) => JSON.stringify({ keys: list });
  const { keys: own } = await tokens.publicKeys();
  const { keys: nextOwn } = await next.publicKeys();
  writeFileSync(join(files, 'collector/viewer-keys.json'), keys(own));
  const gateway = services
    .filter(({ name }) => name === 'collector' || name === 'proxy')
    .map((service) => ({ ...service, env: { PLAYER_STREAMS: `${stream}|of-another|many-sessions|page-.*` } }));
  const elsewhere = {
    'vmagent:8429': new URL(running.url('vmagent', 8429)).host,
    'jaeger:4318': new URL(running.url('jaeger', 4318)).host,
  };
  const home = join(folder, 'gateway');
  const stack = await startServices(readOverlay(join(files, 'compose.tokens.yaml'), gateway), files, home, elsewhere);
  const endpoint = stack.url('proxy', 8080);
  try {
    const token = await tokens.issue({ streamId: stream, sessionId: 'the-session' });
    const authorization = `Bearer ${token}`;
    const rows = [...(await whoGetsIn(token)), ...(await whatItIsGoodFor(authorization))];
    rows.push(fact('preflight without a token', 'allowed', await preflight(endpoint)));

    writeFileSync(join(home, 'collector/collector/viewer-keys.json'), keys([...own, ...nextOwn]));
    const renewed = `Bearer ${await next.issue({ streamId: stream })}`;
    const isBelieved = async () => (await report(endpoint, { stream, authorization: renewed })).ok;
    await until('a key that was added is believed', oneMinuteMs, isBelieved);
    const { status } = await report(endpoint, { stream, authorization });
    rows.push(fact('a second key, while the first is still good', '200', String(status)));

    const crowded = Array.from({ length: 100 }, (_, i) =>
      report(endpoint, { stream, authorization, from: `198.18.9.${i}` }),
    );
    const taken = (await Promise.all(crowded)).filter(({ ok }) => ok).length;
    rows.push(
      fact('100 requests of a token from 100 addresses', '20 or so taken', `${taken} taken`, taken > 9 && taken < 30),
    );
    return [...rows, ...(await tokenPageRows(key, { endpoint, inside: stack.url('collector', 4319), query, jaeger }))];
  } finally {
    await stack.stop();
  }

  async function whoGetsIn(token: string): Promise<Row[]> {
    const own = createPrivateKey(key);
    const cases: [what: string, status: string, authorization: string | undefined][] = [
      ['no token', '401', undefined],
      ['a token that is over', '401', `Bearer ${await signed(own, { exp: Math.floor(Date.now() / 1000) - 60 })}`],
      ['a token of another key', '401', `Bearer ${await next.issue({ streamId: stream })}`],
      ['a token for another audience', '401', `Bearer ${await signed(own, { aud: 'another' })}`],
      ['a token of another issuer', '401', `Bearer ${await signed(own, { iss: 'https://another.example' })}`],
      ['a token without a signature', '401', `Bearer ${token.split('.').slice(0, 2).join('.')}.`],
      ['a word that is no token', '401', 'Bearer secret'],
      ['a token of the site', '200', `Bearer ${token}`],
    ];
    const rows: Row[] = [];
    for (const [what, expected, authorization] of cases)
      rows.push(fact(what, expected, String((await report(endpoint, { stream, authorization })).status)));
    return rows;
  }

  async function whatItIsGoodFor(authorization: string): Promise<Row[]> {
    await report(endpoint, { stream: 'of-another', authorization });
    await report(endpoint, { stream, sessions: ['another-session'], authorization });
    const unnamed = await tokens.issue({ streamId: 'unnamed' });
    await report(endpoint, { stream: 'unnamed', authorization: `Bearer ${unnamed}` });
    const whose = [
      [stream, 'the-session'],
      ['of-another', 'the-session'],
      [stream, 'another-session'],
    ] as const;
    const traceId = await trace(endpoint, whose, authorization);
    const unbound = `Bearer ${await tokens.issue({ streamId: 'many-sessions' })}`;
    const sessions = Array.from({ length: 200 }, (_, i) => `made-up-${i}`);
    await report(endpoint, { stream: 'many-sessions', sessions, authorization: unbound });

    const presence = (of: string) => query(`livestream_viewer_presence_seconds_total{stream_id="${of}"}`);
    const counted = () => query('stream_id:livestream_viewer_sessions{stream_id="many-sessions"}');
    await until('what came with a token is stored', 2 * oneMinuteMs, async () => {
      const found = await Promise.all([presence(stream), counted(), jaeger.trace(traceId)]);
      return found.every(({ length }) => length > 0);
    });
    const isStored = async (of: string) => ((await presence(of)).length > 0 ? 'stored' : 'left out');
    return [
      fact('a stream that is not the token’s', 'left out', await isStored('of-another')),
      fact('a stream that PLAYER_STREAMS does not name', 'left out', await isStored('unnamed')),
      fact('presence without that of a session that is not the token’s', '10 s', `${only(await presence(stream))} s`),
      fact('spans without those of another stream or session', '1', String((await jaeger.trace(traceId)).length)),
      fact('sessions counted of 200 under a token that names none', '1', String(only(await counted()))),
    ];
  }
}
