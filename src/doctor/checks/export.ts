import type { CollectorFacts, ExportFacts } from '../facts.ts';
import { isAnswer, isGood } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';
import { isMixed, mixed } from './cors.ts';
import { whyRefused } from './traceparent-header.ts';

const missing = ['everything: nothing arrives'];

/** Whether exports of pages reach the collector; one finding, that of the first trouble. */
export function exportOfPages({ endpoint, exports: made }: CollectorFacts, pageOrigin: string): Finding {
  const json = made.filter(({ contentType }) => contentType === 'application/json');
  const trouble = json.map((each) => troubleOf(each, pageOrigin)).find(Boolean);
  if (trouble) return trouble;
  const refused = made.find((each) => !isGood(each.bare) || each.inPage.status === undefined);
  if (refused) {
    const path = refused.url.slice(endpoint.length);
    return note('export', `takes JSON, but not ${refused.contentType} at ${path}, which exporters of servers send`);
  }
  return ok('export', `pages of ${pageOrigin} may send JSON and protobuf, gzipped`);
}

function troubleOf({ url, bare, fromServer, inPage, preflight }: ExportFacts, pageOrigin: string): Finding | undefined {
  const { pathname } = new URL(url);
  if (!isAnswer(bare)) {
    return fix('export', `no answer: ${bare.error}`, 'start the collector, or correct --endpoint', missing);
  }
  const { status } = bare;
  if (!isGood(bare) && isGood(fromServer)) {
    const advice = `add ${pageOrigin} to the origins that the collector takes`;
    return fix(
      'export',
      `answers ${status} to pages of ${pageOrigin}, and takes the same from servers`,
      advice,
      missing,
    );
  }
  if (status === 401 || status === 403) {
    return note('export', `POST ${pathname} answers ${status} without the headers of your pages`);
  }
  if (!isGood(bare)) {
    const advice = 'see that --endpoint is the OTLP/HTTP base URL, and that it takes gzipped JSON';
    return fix('export', `POST ${pathname} answers ${status}`, advice, missing);
  }
  if (inPage.status !== undefined) return undefined;
  if (isMixed(url, pageOrigin)) return fix('export', mixed, 'serve it by https', missing);
  const why = preflight ? refusals(preflight, bare.headers, pageOrigin) : 'refused by the browser';
  const advice = `allow ${pageOrigin}, POST, and the headers content-type and content-encoding (CORS)`;
  return fix('export', `kept from pages: ${why}`, advice, missing);
}

function refusals(
  preflight: NonNullable<ExportFacts['preflight']>,
  headers: Readonly<Record<string, string>>,
  pageOrigin: string,
): string {
  const reasons = ['content-type', 'content-encoding'].map((name) => whyRefused(preflight, pageOrigin, name));
  const answered = headers['access-control-allow-origin']
    ? 'by the browser'
    : 'the answer has no Access-Control-Allow-Origin';
  return reasons.find((reason) => reason !== 'by the browser') ?? answered;
}
