import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** Why a request is refused: the status and one line that says what was expected. */
export type Refusal = { readonly status: number; readonly message: string };

/**
 * The body of a request, decompressed.
 *
 * @param most bytes, of what is sent and of what comes out of it; more is refused with 413.
 * @returns the body, or why it is refused. Rejects when the connection breaks.
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | Refusal> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'gzip' && encoding !== 'identity') {
    return refusal(415, `Content-Encoding: expected gzip or identity, received ${shown(encoding)}`);
  }
  const tooLarge = refusal(413, `body: expected at most ${most} bytes after decompression, received more`);
  if (Number(request.headers['content-length'] ?? 0) > most) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return tooLarge;
    chunks.push(chunk);
  }
  const [only] = chunks;
  const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
  if (encoding === 'identity') return body;
  try {
    // Synchronous: for bodies of this size the way to another thread takes longer than the work.
    return gunzipSync(body, { maxOutputLength: most });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge;
    return refusal(400, 'body: expected gzip as Content-Encoding says, received something else');
  }
}

export function refusal(status: number, message: string): Refusal {
  return { status, message };
}

/** A value of the sender in a message: one line, not too long. */
export function shown(value: string): string {
  return JSON.stringify(value.slice(0, 100));
}
