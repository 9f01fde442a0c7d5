import { EventEmitter, once } from 'node:events';

/** Tells whoever waits that something was published. */
export type News = { tell(): void; until(holds: () => boolean, gone: AbortSignal): Promise<void> };

/** How far an object has come that is still being produced. */
export type Growth = {
  /** Bytes that there are by now, from the start. */
  readonly available: () => number;
  /** Resolves when there are so many bytes, or when `gone` aborts. */
  readonly reach: (bytes: number, gone: AbortSignal) => Promise<void>;
};

export function createNews(): News {
  // One listener for each request that waits.
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    tell: () => void emitter.emit('published'),
    async until(holds, signal) {
      // An abort is the end of the wait that its caller asked for.
      while (!holds() && !signal.aborted) await once(emitter, 'published', { signal }).catch(() => {});
    },
  };
}

export function growthOf(available: () => number, news: News): Growth {
  return { available, reach: (bytes, gone) => news.until(() => available() >= bytes, gone) };
}
