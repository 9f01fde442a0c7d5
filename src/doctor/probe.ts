import { gzipSync } from 'node:zlib';
import { withTrace } from '../core/trace-query.ts';
import { isCached } from './answers/cached.ts';
import type { Answer, CollectorFacts, ExportFacts, Silence, TargetFacts, WhepFacts } from './facts.ts';
import { isGood } from './facts.ts';
import type { Target } from './open-stream.ts';
import type { Visit } from './page.ts';
import { unrecordedContext } from './page.ts';

/** Asks for one object in every way that players may: six to ten requests, one after another. */
export async function probeTarget(visit: Visit, { role, url, isPart = false }: Target): Promise<TargetFacts> {
  const range: Record<string, string> = isPart ? { Range: 'bytes=0-1023' } : {};
  const ask = (at: string) => visit.bare({ url: at, headers: range });
  const withQuery = () => ask(withTrace(url, unrecordedContext()));
  const bare: [Answer | Silence, Answer | Silence] = [await ask(url), await ask(url)];
  const first = await withQuery();
  const [one, two] = bare;
  const kept = isGood(one) && isGood(two) && isCached(two, [one]);
  const missed = kept && isGood(first) && isCached(first, [one, two]) === false;
  return {
    role,
    url,
    bare,
    withQuery: first,
    ...(missed && { withOtherQuery: await withQuery() }),
    ...((missed || !isGood(first)) && { bareAgain: await ask(url) }),
    ...(await askPage(visit, { url, headers: range })),
  };
}

/** Asks a WHEP endpoint with an offer that no server takes: nothing is begun. */
export async function probeWhep(visit: Visit, url: string): Promise<WhepFacts> {
  const offer = { url, method: 'POST', headers: { 'content-type': 'application/sdp' }, body: Buffer.from('v=0\r\n') };
  return { url, bare: await visit.bare(offer), ...(await askPage(visit, offer)) };
}

type PageAsk = {
  readonly url: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

async function askPage(visit: Visit, ask: PageAsk): Promise<Pick<TargetFacts, 'inPage' | 'preflight'>> {
  const bare = await visit.inPage(ask);
  const names = [...Object.keys(ask.headers), 'traceparent'].map((name) => name.toLowerCase()).join(',');
  const preflight = await visit.preflight(ask.url, ask.method ?? 'GET', names);
  // Where nothing can be read anyway, a second refusal tells nothing.
  if (bare.status === undefined) return { inPage: { bare, withHeader: {} }, preflight };
  const headers = { ...ask.headers, traceparent: unrecordedContext() };
  return { inPage: { bare, withHeader: await visit.inPage({ ...ask, headers }) }, preflight };
}

/** Sends a collector exports without records, in both encodings and to both paths. */
export async function probeCollector(visit: Visit, endpoint: string): Promise<CollectorFacts> {
  const exports: ExportFacts[] = [];
  for (const contentType of ['application/json', 'application/x-protobuf'] as const) {
    for (const signal of ['traces', 'metrics'] as const) {
      const url = `${endpoint}/v1/${signal}`;
      const empty = { traces: '{"resourceSpans":[]}', metrics: '{"resourceMetrics":[]}' }[signal];
      // An empty message of protobuf has no bytes.
      const body = gzipSync(contentType === 'application/json' ? empty : '');
      const headers = { 'content-type': contentType, 'content-encoding': 'gzip' };
      const ask = { url, method: 'POST', headers, body };
      const bare = await visit.bare(ask);
      // Of a server that is not there everything is said.
      const isThere = 'status' in bare;
      const inPage = isThere ? await visit.inPage(ask) : {};
      const preflight = isThere ? await visit.preflight(url, 'POST', 'content-encoding,content-type') : undefined;
      const fromServer = isThere && !isGood(bare) ? await visit.fromServer(ask) : undefined;
      exports.push({ url, contentType, bare, fromServer, inPage, preflight });
      if (!isThere) return { endpoint, exports };
    }
  }
  return { endpoint, exports };
}
