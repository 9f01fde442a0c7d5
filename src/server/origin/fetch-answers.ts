import type { Answered, Answering, Asked } from './request-spans.ts';

/** Answers a `Request` by `handle`, follows the body of the answer to its end, and adds to its head. What fails, fails on. */
export async function followResponse(
  request: Request,
  begin: (asked: Asked) => Answering,
  more: Readonly<Record<string, string>>,
  handle: () => Response | Promise<Response>,
): Promise<Response> {
  const { headers, method, url } = request;
  const { pathname, search } = new URL(url);
  const header = (name: string) => headers.get(name) ?? undefined;
  const answering = begin({
    method,
    url: pathname + search,
    traceparent: header('traceparent'),
    range: header('range'),
  });
  let response: Response;
  try {
    response = await handle();
  } catch (error) {
    answering.ends({ bytes: 0, error });
    throw error;
  }
  // The head of a `Response` may be immutable, as that of a redirect or of another server's answer is.
  const told = new Headers(response.headers);
  told.append('Server-Timing', answering.begins());
  for (const [name, value] of Object.entries(more)) told.set(name, value);
  const { status, statusText, body } = response;
  const how = {
    status,
    contentType: told.get('content-type') ?? undefined,
    cacheControl: told.get('cache-control') ?? undefined,
  };
  const followed = body && counted(body, (rest) => answering.ends({ ...how, ...rest }));
  if (!followed) answering.ends({ ...how, bytes: 0 });
  return new Response(followed, { status, statusText, headers: told });
}

/** The same bytes, counted, with word of how they ended. */
function counted(body: ReadableStream<Uint8Array>, ends: (how: Pick<Answered, 'bytes' | 'aborted' | 'error'>) => void) {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          ends({ bytes });
          controller.close();
          return;
        }
        bytes += value.byteLength;
        controller.enqueue(value);
      } catch (error) {
        ends({ bytes, error });
        controller.error(error);
      }
    },
    cancel(reason) {
      ends({ bytes, aborted: true });
      return reader.cancel(reason);
    },
  });
}
