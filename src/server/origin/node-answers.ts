import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answering, Asked } from './request-spans.ts';

/** A request of `node:http`, its HTTP/2 part included, and of all that is built on it. */
export type NodeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;
export type NodeResponse = Pick<
  ServerResponse,
  'writeHead' | 'write' | 'end' | 'once' | 'getHeader' | 'setHeader' | 'statusCode' | 'headersSent' | 'writableFinished'
>;

/** Follows one answer, from its head to its last byte, and adds to its head what `begins` says. What the handler does stays. */
export function followAnswer(
  request: NodeRequest,
  response: NodeResponse,
  begin: (asked: Asked) => Answering,
): { failed(error: unknown): void } {
  const { traceparent, range } = request.headers;
  const { method = 'GET', url = '/' } = request;
  const answering = begin({ method, url, range, traceparent: one(traceparent) });
  const { writeHead, write, end } = response;
  let bytes = 0;
  let told = false;
  const inHead: Said = () => undefined;
  let error: unknown;

  const count = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === 'string') bytes += Buffer.byteLength(chunk, encoding as BufferEncoding);
    else if (ArrayBuffer.isView(chunk)) bytes += chunk.byteLength;
  };

  response.writeHead = function (this: NodeResponse, status: number, ...rest: unknown[]) {
    if (!told) {
      told = true;
      guarded(() => tell(response, rest, answering.begins()));
    }
    return (writeHead as (...args: unknown[]) => NodeResponse).call(this, status, ...rest);
  } as NodeResponse['writeHead'];
  response.write = function (this: NodeResponse, ...args: unknown[]) {
    count(args[0], args[1]);
    return (write as (...args: unknown[]) => boolean).apply(this, args);
  } as NodeResponse['write'];
  response.end = function (this: NodeResponse, ...args: unknown[]) {
    count(args[0], args[1]);
    return (end as (...args: unknown[]) => NodeResponse).apply(this, args);
  } as NodeResponse['end'];
  response.once('close', () =>
    guarded(() =>
      answering.ends({
        status: response.headersSent ? response.statusCode : undefined,
        bytes: method === 'HEAD' || response.statusCode === 304 ? 0 : bytes,
        contentType: one(inHead('content-type') ?? response.getHeader('content-type')),
        cacheControl: one(inHead('cache-control') ?? response.getHeader('cache-control')),
        aborted: !response.writableFinished,
        error,
      }),
    ),
  );
  return {
    failed(reason) {
      error = reason;
    },
  };
}

/**
 * Puts `timing` beside what the application says itself, whichever way it says it, into the arguments of `writeHead` where
 * there are headers (a copy: an application may use its own for many answers), and gives the headers of that call.
 */
function tell(response: NodeResponse, args: unknown[], timing: string): Said {
  const headers = args.at(-1);
  const joined = (said: unknown) =>
    said === undefined ? timing : `${Array.isArray(said) ? said.join(', ') : said}, ${timing}`;
  if (Array.isArray(headers)) {
    const pairs: unknown[] = Array.isArray(headers[0]) ? headers.flat() : headers;
    args[args.length - 1] = [...pairs, 'Server-Timing', timing];
    return (name) =>
      pairs[pairs.findIndex((each, index) => index % 2 === 0 && String(each).toLowerCase() === name) + 1 || -1];
  }
  const given = (typeof headers === 'object' && headers !== null ? headers : undefined) as
    | OutgoingHttpHeaders
    | undefined;
  const nameOf = (name: string) => Object.keys(given ?? {}).find((each) => each.toLowerCase() === name);
  const own = nameOf('server-timing');
  const said = own === undefined ? response.getHeader('server-timing') : given?.[own];
  if (given && own === undefined && said === undefined) args[args.length - 1] = { ...given, 'Server-Timing': timing };
  else if (given && own !== undefined) args[args.length - 1] = { ...given, [own]: joined(said) };
  else response.setHeader('Server-Timing', joined(said));
  return (name) => given?.[nameOf(name) ?? ''];
}

type Said = (name: string) => unknown;

function one(header: unknown): string | undefined {
  return header === undefined ? undefined : String(Array.isArray(header) ? header[0] : header);
}

function guarded(run: () => void) {
  try {
    run();
  } catch {
    // A fault of ours is no affair of the request's.
  }
}
