import type { Follower } from './node-answers.ts';

/** Follows the answer that `handle` gives, to the end of its body, and adds to its head. What fails, fails on. */
export async function followResponse(
  { answer, begins, ends }: Follower,
  handle: () => Response | Promise<Response>,
): Promise<Response> {
  let response: Response;
  try {
    response = await handle();
  } catch (error) {
    answer.error = error;
    ends(answer);
    throw error;
  }
  try {
    const { status, statusText, body } = response;
    // The head of a `Response` may be immutable, as that of a redirect or of another server's answer is.
    const headers = new Headers(response.headers);
    for (const [name, value, joins] of begins(answer)) {
      if (joins) headers.append(name, value);
      else if (!headers.has(name)) headers.set(name, value);
    }
    answer.status = status;
    answer.contentType = headers.get('content-type') ?? undefined;
    answer.cacheControl = headers.get('cache-control') ?? undefined;
    // An upgrade of the connection cannot be made anew, only handed on. Nobody reads the body of an answer to HEAD.
    const isWhole = status < 200 || body === null || answer.method === 'HEAD';
    if (isWhole) ends(answer);
    if (status < 200) return response;
    return new Response(isWhole ? body : counted(body, answer, ends), { status, statusText, headers });
  } catch {
    // A fault of ours is no affair of the request's.
    return response;
  }
}

/** The same bytes, counted, with word of how they ended. */
function counted(
  body: ReadableStream<Uint8Array>,
  answer: Follower['answer'],
  ends: Follower['ends'],
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            ends(answer);
            controller.close();
            return;
          }
          answer.bytes += value.byteLength;
          controller.enqueue(value);
        } catch (error) {
          answer.broken = 'truncated';
          answer.error = error;
          ends(answer);
          controller.error(error);
        }
      },
      cancel(reason) {
        answer.broken = 'aborted';
        ends(answer);
        return reader.cancel(reason);
      },
    },
    // Nothing is read before somebody wants it, as without us.
    { highWaterMark: 0 },
  );
}
