import { problem } from './problem.ts';

export type Protocol = 'hls' | 'dash' | 'webrtc' | 'page';
export const protocols: readonly Protocol[] = ['hls', 'dash', 'webrtc', 'page'];

type Asked = {
  readonly url: string;
  /** Where it is known already. */
  readonly protocol?: Protocol | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Origin of the page that will play, whose requests the stream has to allow; none for viewers without a browser. */
  readonly origin?: string | undefined;
};

type Answer = { readonly status: number; readonly type: string; readonly text: string; readonly headers: Headers };

const timeoutMs = 15_000;
const names = { hls: 'an HLS playlist', dash: 'a DASH manifest', webrtc: 'a WHEP endpoint', page: 'a web page' };

/**
 * What is at a URL, by its extension, else by what is answered; and that a browser would get it.
 *
 * @throws one sentence: unreachable, an error status, not a stream, or refused by CORS.
 */
export async function protocolOf({ url, protocol, headers, origin }: Asked): Promise<Protocol> {
  const expected = protocol ?? byName(url);
  if (expected === 'webrtc') {
    await checkWhep(url, origin);
    return 'webrtc';
  }
  const answer = await ask(url, { headers: { ...headers, ...(origin && expected !== 'page' && { origin }) } });
  const { status } = answer;
  if ((status === 405 || status === 415) && expected === undefined && (await acceptsOffers(url))) {
    await checkWhep(url, origin);
    return 'webrtc';
  }
  if (status >= 400) throw failed(`${url} answered ${status}: ${adviceFor(status)}`);
  const found = byBody(answer);
  if (!found || (expected && found !== expected)) {
    const wanted = expected ? names[expected] : 'a playlist, a manifest, a WHEP endpoint or a web page';
    const is = found ? `, which --protocol ${found} plays` : '';
    throw failed(`${url} is not a stream: expected ${wanted}, received ${answer.type || 'something'}${is}`);
  }
  if (origin && found !== 'page') checkCors(url, answer.headers, origin);
  return found;
}

function byName(url: string): Protocol | undefined {
  const { pathname } = new URL(url);
  if (/\.m3u8$/i.test(pathname)) return 'hls';
  if (/\.mpd$/i.test(pathname)) return 'dash';
  return /(^|\/)whep(\/|$)/i.test(pathname) ? 'webrtc' : undefined;
}

function byBody({ type, text }: Answer): Protocol | undefined {
  const body = text.replace(/^\uFEFF/, '').trimStart();
  if (body.startsWith('#EXTM3U')) return 'hls';
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<MPD[\s>]/.test(body)) return 'dash';
  return type.includes('html') || /^<(!doctype html|html)/i.test(body) ? 'page' : undefined;
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = (await response.text()).slice(0, 4096);
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    return { status: response.status, type, text, headers: response.headers };
  } catch (error) {
    throw failed(`${url} cannot be reached: ${reasonOf(error)}`);
  }
}

/** A server without a word about what it accepts is no WHEP endpoint for sure. */
async function acceptsOffers(url: string): Promise<boolean> {
  const { headers } = await ask(url, { method: 'OPTIONS' });
  return /application\/sdp/i.test(headers.get('accept-post') ?? '') || /POST/i.test(headers.get('allow') ?? '');
}

/** What a browser asks before it sends an offer. */
async function checkWhep(url: string, origin: string | undefined): Promise<void> {
  const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const { status, headers } = await ask(url, { method: 'OPTIONS', headers: { ...asks, ...(origin && { origin }) } });
  if (status === 404) throw failed(`${url} answered 404: ${adviceFor(404)}`);
  if (origin) checkCors(url, headers, origin);
}

function checkCors(url: string, headers: Headers, origin: string): void {
  const allowed = headers.get('access-control-allow-origin');
  if (allowed === '*' || allowed === origin || new URL(url).origin === origin) return;
  const says = allowed ? `allows ${allowed} only` : 'has no Access-Control-Allow-Origin';
  throw failed(
    `${new URL(url).origin} refuses other sites (CORS): its answer ${says}; ` +
      'let it allow any origin, watch the web page that plays it, or use --light',
  );
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return `it wants to know who asks, which --header 'Authorization: …' tells`;
  return status === 404 || status === 410 ? 'check the address, and that the stream is on' : 'the server is in trouble';
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN') return 'there is no such host, check the address';
  if (cause?.code === 'ECONNREFUSED') return 'nothing listens there, check host and port';
  return cause?.message || (error as Error).message;
}

function failed(sentence: string) {
  return problem('ERR_START', sentence);
}
