/** What the public endpoint must refuse of a stranger: bodies, floods, pages elsewhere. */
import { gzipSync } from 'node:zlib';
import type { Row } from './table.ts';
import { fact } from './table.ts';

/** Bodies that must be refused before they cost anything. */
export async function refusals(endpoint: string): Promise<Row[]> {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
  const deep = `{"resourceMetrics":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const cases: [what: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>][] = [
    ['a body of 300 KB', JSON.stringify({ resourceMetrics: [], pad: 'x'.repeat(300_000) }), {}],
    [`${Math.round(bomb.length / 1000)} KB of gzip that unpack to 50 MB`, bomb, { 'content-encoding': 'gzip' }],
    ['100,000 nested lists', deep, {}],
    ['a body that is not JSON', '<otlp/>', {}],
    ['a body that is no protobuf', '<otlp/>', { 'content-type': 'application/x-protobuf' }],
    ['a coding that is not allowed', gzipSync('{}'), { 'content-encoding': 'zstd' }],
  ];
  const rows: Row[] = [];
  for (const [what, body, headers] of cases) {
    const response = await fetch(`${endpoint}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }).catch(() => undefined);
    const status = response?.status ?? 0;
    // Nothing that a client should try again: no 429, no 503.
    rows.push(fact(what, '4xx', String(status), status >= 400 && status < 429));
  }
  const many = Array.from({ length: 200 }, () =>
    fetch(`${endpoint}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: '{}',
    }),
  );
  const answers = (await Promise.all(many)).map(({ status }) => status);
  const taken = answers.filter((status) => status === 200).length;
  rows.push(
    fact(
      '200 requests at once of one address',
      '50 or so taken, 429',
      `${taken} taken, ${answers.find((status) => status !== 200)}`,
      taken >= 50 && taken < 80 && answers.includes(429),
    ),
  );
  const preflight = await fetch(`${endpoint}/v1/metrics`, {
    method: 'OPTIONS',
    headers: { origin: 'https://elsewhere.test', 'access-control-request-method': 'POST' },
  });
  rows.push(
    fact(
      'preflight of a page elsewhere',
      'not allowed',
      preflight.headers.get('access-control-allow-origin') ?? 'not allowed',
    ),
  );
  return rows;
}
