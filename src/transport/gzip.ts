/**
 * gzip by the browser's CompressionStream; `undefined` where there is none or it fails.
 *
 * Needs microtasks only in browsers, unlike `new Response(stream).arrayBuffer()`, so it also finishes inside a
 * `pagehide` event, after which no task runs any more.
 */
export async function gzip(plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const { readable, writable } = new CompressionStream('gzip');
    const writer = writable.getWriter();
    // A failure of the stream shows in the reader below; here it would be an unhandled rejection.
    writer.write(plain).catch(() => {});
    writer.close().catch(() => {});
    const reader = readable.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
    }
    const whole = new Uint8Array(length);
    length = 0;
    for (const chunk of chunks) {
      whole.set(chunk, length);
      length += chunk.length;
    }
    return whole;
  } catch {
    // The body goes out plain.
    return undefined;
  }
}
