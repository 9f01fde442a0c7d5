import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Answer, Seen, Silence } from './facts.ts';

export type Ask = {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

/** A page of the given origin, and the same network without a page around it. */
export type Visit = {
  readonly page: Page;
  /** What a page gets to see; the browser decides. */
  inPage(ask: Ask): Promise<Seen>;
  /** What is on the wire, as for the page but without its restrictions, and without any cache of ours. */
  bare(ask: Ask): Promise<Answer | Silence>;
  /** The same as from a server, which names no origin. */
  fromServer(ask: Ask): Promise<Answer | Silence>;
  /** The same with the text of a good answer. */
  read(ask: Ask): Promise<{ readonly answer: Answer | Silence; readonly text: string; readonly url: string }>;
  /** The preflight of such a request; undefined where the page has the same origin. */
  preflight(url: string, method: string, headers: string): Promise<Answer | Silence | undefined>;
};

const timeoutMs = 10_000;

/** Opens a page that is of `pageOrigin` for the browser, wherever it comes from. */
export async function visit(browser: Browser, pageOrigin: string): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const all = `${pageOrigin}/**`;
  const html = '<!doctype html><link rel="icon" href="data:,"><title>playscope doctor</title>';
  await page.route(all, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${pageOrigin}/`);
  // While anything is routed, Playwright answers all preflights by itself.
  await page.unroute(all);
  const read = (ask: Ask) => askBare(context, ask, { Origin: pageOrigin });
  const bare = async (ask: Ask) => (await read(ask)).answer;
  return {
    page,
    read,
    bare,
    fromServer: async (ask) => (await askBare(context, ask, {})).answer,
    inPage: ({ url, method = 'GET', headers = {}, body }) =>
      page.evaluate(fetchInPage, { url, method, headers, body: body && [...body], timeoutMs }),
    async preflight(url, method, headers) {
      if (new URL(url).origin === pageOrigin) return undefined;
      const asked = { 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers };
      return bare({ url, method: 'OPTIONS', headers: asked });
    },
  };
}

/** A context that nobody records: its last part says that it is not sampled. */
export function unrecordedContext(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

async function askBare(
  { request }: BrowserContext,
  { url, method = 'GET', headers = {}, body }: Ask,
  own: Readonly<Record<string, string>>,
) {
  const sentMs = Date.now();
  const options = { method, headers: { ...own, ...headers }, timeout: timeoutMs };
  try {
    const response = await request.fetch(url, { ...options, ...(body && { data: Buffer.from(body) }) });
    const answer = { status: response.status(), headers: response.headers(), sentMs, receivedMs: Date.now() };
    const text = isTextual(answer) ? await response.text() : '';
    const finalUrl = response.url();
    await response.dispose();
    return { answer, text, url: finalUrl };
  } catch (error) {
    return { answer: { error: reasonOf(error as Error) }, text: '', url };
  }
}

/** Segments are not worth decoding. */
function isTextual({ headers }: Answer): boolean {
  return !/^(video|audio|image)\/(?!.*mpegurl)/i.test(headers['content-type'] ?? '');
}

/** The system's code where there is one, as Playwright's message is a log. */
function reasonOf({ message }: Error): string {
  const [line = ''] = message.replace(/^apiRequestContext\.fetch: /, '').split('\n');
  return (
    /\b(E[A-Z]{5,}|CERT_\w+|ERR_\w+)\b/.exec(message)?.[0] ??
    (/Timeout|timed out/.test(line) ? `none in ${timeoutMs / 1000} s` : line)
  );
}

/** Runs in the page: knows nothing of this module. */
async function fetchInPage({
  url,
  method,
  headers,
  body,
  timeoutMs,
}: {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: readonly number[] | undefined;
  timeoutMs: number;
}): Promise<Seen> {
  const sentAt = performance.now();
  const ask = async (mode: RequestMode) => {
    try {
      const response = await fetch(url, {
        method,
        mode,
        headers: mode === 'cors' ? headers : {},
        body: body ? new Uint8Array(body) : null,
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // Browsers do not tell a page why.
      return undefined;
    }
  };
  const status = await ask('cors');
  if (method !== 'GET') return status === undefined ? {} : { status };
  // Timing has rules of its own, and is told of what a page may not read as well.
  const since = status === undefined ? performance.now() : sentAt;
  if (status === undefined) await ask('no-cors');
  const entryOf = () =>
    (performance.getEntriesByName(url, 'resource') as PerformanceResourceTiming[]).find(
      (entry) => entry.startTime >= since - 1,
    );
  for (let tries = 0; tries < 40 && !entryOf(); tries++) await new Promise((next) => setTimeout(next, 25));
  const entry = entryOf();
  return {
    ...(status !== undefined && { status }),
    ...(entry && { isTimed: entry.requestStart > 0 }),
  };
}
