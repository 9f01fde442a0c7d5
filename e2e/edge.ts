import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { request as ask } from 'node:http';

/** One request as the edge received it: what the page really put on the wire. */
export type Asked = {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
};

export type Edge = {
  /** Answers what stands under `/edge/{story}/`; false for everything else. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** What a story asked for so far. */
  asked(story: string): readonly Asked[];
};

/**
 * Hands `/edge/{story}/…` of the pages' own server on to the live origin, so that the stream comes from the page's origin:
 * any request header may go there, and each story sees its own requests.
 */
export function edgeOf(originUrl: string): Edge {
  const seen = new Map<string, Asked[]>();
  return {
    answer(request, response) {
      const [, story = '', rest = ''] = /^\/edge\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
      if (!rest) return false;
      const { pathname: path, searchParams: query } = new URL(rest, originUrl);
      seen.set(story, [...(seen.get(story) ?? []), { path, query, headers: request.headers }]);
      const { traceparent } = request.headers;
      // The context goes all the way, as through any proxy that knows nothing of it.
      const onward = ask(new URL(path, originUrl), { headers: traceparent ? { traceparent } : {} }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy()).pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      onward.end();
      return true;
    },
    asked: (story) => seen.get(story) ?? [],
  };
}
