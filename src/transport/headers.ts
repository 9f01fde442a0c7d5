import { within } from './within.ts';

/** Extra request headers, or a function that gives them, perhaps later (a token that is renewed). */
export type HeaderSource = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);

const TIMEOUT_MS = 10_000;

/** Asks the page's `headers` function without trusting it to answer, in time or at all. */
export function headerSource(source: HeaderSource = {}) {
  let known = typeof source === 'function' ? {} : source;
  async function fresh(): Promise<Record<string, string>> {
    if (typeof source !== 'function') return known;
    known = (await within(TIMEOUT_MS, Promise.resolve(source()))) ?? {};
    return known;
  }
  // At once too: a viewer who leaves before the first export leaves no time to ask. Not before the page has what `attach` returns.
  queueMicrotask(() => fresh().catch(() => {}));
  return {
    /** Fresh headers. Rejects when the page's function throws, rejects or takes more than 10 s. */
    fresh,
    /** The last headers that were given; for when there is no time to ask. */
    known: () => known,
  };
}
