/** Spans on their way into Jaeger: joined, with whose they are, and without the secrets of their URLs. */
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';
const fetchSpan = '051581bf3cb55c13';
const secret = 'S3CR3T';
const url = `https://user:${secret}@cdn.example/hdntl=exp=1~hmac=${secret}/live/a.ts?token=${secret}&_HLS_msn=12`;

/** A player's fetch and the origin's answer to it, and a span that is nobody's. */
export async function traceRows(players: string, servers: string, jaeger: string): Promise<Row[]> {
  const session = { 'session.id': 'the-session', 'client.address': '192.0.2.1' };
  await post(players, 'web-player', session, [
    span('livestream.segment.fetch', fetchSpan, undefined, {
      'url.full': url,
      'session.id': 'the-session',
      'user_agent.original': 'me',
    }),
    span('made.up', '00f067aa0ba902b7', fetchSpan, {}),
  ]);
  await post(servers, 'origin', {}, [
    span('livestream.origin.request', '53995c3f42cd8ad8', fetchSpan, { 'request.path': '/live/a.ts' }),
  ]);

  let found: { spans: { operationName: string; references: { spanID: string }[] }[] } | undefined;
  await until('both sides of the trace are in Jaeger', 60_000, async () => {
    const response = await fetch(`${jaeger}/api/traces/${traceId}`);
    found = response.ok ? (await response.json()).data[0] : undefined;
    return (found?.spans.length ?? 0) >= 2;
  });
  const text = JSON.stringify(found);
  const parent = found?.spans.find(({ operationName }) => operationName === 'livestream.origin.request')?.references[0]
    ?.spanID;
  const path = /https:[^"]*/.exec(text)?.[0] ?? 'no URL';
  return [
    fact(
      'spans of one trace',
      'fetch, request',
      (found?.spans ?? [])
        .map(({ operationName }) => operationName.split('.').at(-1))
        .sort()
        .join(', '),
    ),
    fact('parent of the request', fetchSpan, parent ?? 'none'),
    fact('session on spans', 'kept', text.includes('the-session') ? 'kept' : 'lost'),
    fact('URL on spans', 'https://cdn.example/REDACTED/live/a.ts?token=REDACTED&_HLS_msn=REDACTED', path),
    fact(
      'secrets, addresses, user agents on spans',
      'none',
      /S3CR3T|192\.0\.2\.1|user_agent/.exec(text)?.[0] ?? 'none',
    ),
    fact('region on spans', 'eu', /"region","type":"string","value":"(\w+)"/.exec(text)?.[1] ?? 'none'),
  ];
}

function span(name: string, spanId: string, parentSpanId: string | undefined, attributes: Record<string, string>) {
  const now = Date.now();
  const times = { startTimeUnixNano: `${now - 100}000000`, endTimeUnixNano: `${now}000000` };
  return { traceId, spanId, parentSpanId, name, kind: 3, ...times, attributes: listed(attributes) };
}

async function post(endpoint: string, service: string, resource: Record<string, string>, spans: object[]) {
  const attributes = listed({ 'service.name': service, ...resource });
  const response = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': '198.18.6.2',
      'cloudfront-viewer-country': 'eu',
      'x-region': 'forged',
    },
    body: JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] }),
  });
  if (!response.ok) throw new Error(`POST ${endpoint}/v1/traces: ${response.status} ${await response.text()}`);
}

function listed(attributes: Record<string, string>) {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
