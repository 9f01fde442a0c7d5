import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One way in which what stands in front of an origin or a collector is set up wrongly. */
type Mishap = {
  /** The paths that it meets; default segments. */
  readonly of?: RegExp;
  /** Headers of answers that get lost. */
  readonly loses?: RegExp;
  /** A status instead of an answer. */
  readonly refuses?: (method: string, query: string) => number | undefined;
  /** What becomes of a text; `folder` is where it lies at the server itself. */
  readonly rewrites?: (text: string, folder: string) => string;
  /** How far the clock of the answers is ahead. */
  readonly aheadMs?: number;
  /** Answers are kept under this key. */
  readonly key?: (path: string, query: string) => string;
};

const everything = /./;

export const mishaps = {
  none: {},
  // Also a healthy one: one copy of each segment, however it is asked for.
  cached: { key: (path) => path },
  // And one more: segments from the server itself, playlists from the one in front.
  'two hosts': { of: /index[.]m3u8$/, rewrites: (text, folder) => text.replace(/^seg-/gm, `${folder}seg-`) },
  'segments without CORS': { loses: /^access-control-/ },
  'preflight refused': { refuses: (method) => (method === 'OPTIONS' ? 403 : undefined) },
  'no Timing-Allow-Origin': { loses: /^timing-allow-origin$/ },
  'no Server-Timing': { loses: /^server-timing$/ },
  'query refused': { refuses: (_, query) => (query ? 403 : undefined) },
  'query in the cache key': { key: (path, query) => path + query },
  'collector without CORS': {
    of: everything,
    loses: /^access-control-/,
    refuses: (method) => (method === 'OPTIONS' ? 405 : undefined),
  },
  'collector 5 s ahead': { of: everything, aheadMs: 5000 },
  'unplayable codec': { of: /master/, rewrites: (text) => text.replace(/CODECS="[^"]*"/g, 'CODECS="mp4v.20.9"') },
} as const satisfies Record<string, Mishap>;

export type MishapName = keyof typeof mishaps;
type Kept = { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: Buffer };

/** What stands in front of a server, wrong in the way that is asked for. */
export type Front = {
  /** Where the same server is, with this mishap. */
  url(name: MishapName): string;
  /** What was asked for there, as method and path. */
  asked(name: MishapName): readonly string[];
  close(): Promise<void>;
};

/** Starts it in front of a server. */
export async function startFront(upstream: string): Promise<Front> {
  const kept = new Map<string, Kept>();
  const record: string[] = [];
  const server = createServer((request, response) => {
    const [, folder = '', path = '', query = ''] = /^(\/[^/]*)([^?]*)(.*)$/.exec(request.url ?? '') ?? [];
    const name = decodeURIComponent(folder.slice(1)) as MishapName;
    record.push(`${name} ${request.method} ${path}`);
    const { of = /[.]m4s$/, ...mishap }: Mishap = mishaps[name];
    const met: Mishap = of.test(path) ? mishap : {};
    const key = met.key && request.method === 'GET' ? name + met.key(path, query) : undefined;
    const status = met.refuses?.(request.method ?? 'GET', query);
    const copy = key === undefined ? undefined : kept.get(key);
    if (status !== undefined) response.writeHead(status).end();
    else if (copy) response.writeHead(copy.status, { ...copy.headers, 'x-cache': 'HIT' }).end(copy.body);
    else
      handOn(request, response, upstream + path + query, met, (answer) => key !== undefined && kept.set(key, answer));
  });
  await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
  const base = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: (name) => `${base}/${encodeURIComponent(name)}`,
    asked: (name) => record.filter((each) => each.startsWith(`${name} `)).map((each) => each.slice(name.length + 1)),
    close: () => closed(server),
  };
}

function handOn(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  { loses, rewrites, aheadMs, key }: Mishap,
  keep: (answer: Kept) => void,
): void {
  const { method, headers } = request;
  const onward = ask(url, { method, headers }, async (answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const body = rewrites ? Buffer.from(rewrites(whole.toString(), new URL('.', url).href)) : whole;
    const left = Object.entries(answer.headers).filter(
      ([name]) => !loses?.test(name) && !/^(connection|keep-alive|transfer-encoding|content-length)$/.test(name),
    );
    const said: OutgoingHttpHeaders = Object.fromEntries(left);
    if (aheadMs !== undefined) said.date = new Date(Date.now() + aheadMs).toUTCString();
    const status = answer.statusCode ?? 502;
    keep({ status, headers: said, body });
    response.writeHead(status, { ...said, ...(key && { 'x-cache': 'MISS' }) }).end(body);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
