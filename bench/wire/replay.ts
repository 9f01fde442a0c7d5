import { gzipSync } from 'node:zlib';
import { vi } from 'vitest';
import type { PlaybackEvent } from '../../src/core/events.ts';
import { randomFrom } from '../../src/core/test-random.ts';
import { otlp } from '../../src/delivery.ts';
import type { AttachOptions } from '../../src/options.ts';
import { settingsOf } from '../../src/options.ts';
import { testPage } from '../../src/page/test-page.ts';
import { watchPlayer } from '../../src/view.ts';

/** One request as it left the page. */
export type Sent = { readonly at: number; readonly path: string; readonly bytes: number; readonly plain: Uint8Array };

const lookMs = 250;

/**
 * Everything that a page sends while a player says this, from adapter to fetch, at the time that it says it: the SDK as it is,
 * only the clock and the chances are ours. Gives the same bytes each time.
 */
export async function replay(
  events: Iterable<PlaybackEvent>,
  options: Partial<AttachOptions>,
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const random = randomFrom(8);
  vi.useFakeTimers({ now: 1_790_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.spyOn(Math, 'random').mockImplementation(random);
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    (array as Uint8Array).forEach((_, index) => {
      Object.assign(array as Uint8Array, { [index]: random() * 256 });
    });
    return array;
  });
  testPage(vi.stubGlobal);
  vi.stubGlobal('location', new URL('https://site.test/'));
  vi.stubGlobal('CompressionStream', SyncGzip);
  const begin = performance.now();
  const clock = () => performance.now() - begin;
  vi.stubGlobal('fetch', async (url: string, { body, headers }: { body: Uint8Array; headers: Headers }) => {
    if (headers.get('content-encoding') !== 'gzip') throw new Error(`replay: ${url} was not compressed.`);
    sent.push({ at: clock(), path: new URL(url).pathname, bytes: body.length, plain: body });
    return new Response('{}');
  });
  try {
    const settings = settingsOf({ endpoint: 'https://collector.test', streamId: 'live', ...options });
    if (typeof settings === 'string') throw new Error(settings);
    let emit: (event: PlaybackEvent) => void = () => {};
    const adapter = {
      protocol: 'hls',
      playerName: 'hls.js',
      blind: [],
      watch(_: unknown, watch: { emit(event: PlaybackEvent): void }) {
        emit = watch.emit;
        return () => {};
      },
    } as const;
    const view = watchPlayer({} as never, adapter as never, settings, otlp, () => {});
    // Some words are dated back: they are said after those that they follow on the tape.
    for (const event of events) {
      while (clock() < event.at) await vi.advanceTimersByTimeAsync(Math.min(lookMs, Math.ceil(event.at - clock())));
      emit({ ...event, at: begin + event.at });
    }
    const gone = view.detach();
    await vi.advanceTimersByTimeAsync(1000);
    await gone;
    return sent;
  } finally {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
}

/** The browser's compression at once, so that no byte waits for a thread. */
class SyncGzip extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    const chunks: Uint8Array[] = [];
    super({
      transform: (chunk) => void chunks.push(chunk),
      flush: (controller) => controller.enqueue(gzipSync(Buffer.concat(chunks))),
    });
  }
}
