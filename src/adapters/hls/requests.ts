import type { ObjectType } from '../../core/events.ts';
import { withoutTrace } from '../../core/trace-query.ts';
import type { Watch } from '../adapter.ts';
import type { Attempt, AttemptLog, Describe, Ending, LoaderContext, LoaderStats } from './attempts.ts';
import { attemptLog, failureOf, successOf } from './attempts.ts';

type Callback = ((...args: unknown[]) => unknown) | undefined;
type Callbacks = { onSuccess?: Callback; onError?: Callback; onTimeout?: Callback; onAbort?: Callback };
type Loader = {
  context?: LoaderContext | null;
  stats?: LoaderStats;
  load(context: LoaderContext, config: unknown, callbacks: Callbacks): void;
};
type XhrSetup = (xhr: XMLHttpRequest, url: string, context?: LoaderContext) => unknown;
type FetchSetup = (context: LoaderContext, init: RequestInit) => globalThis.Request | Promise<globalThis.Request>;
export type LoaderConfig = { xhrSetup?: XhrSetup; fetchSetup?: FetchSetup };
type Answer = { url?: string } | null | undefined;
type LoaderClass = new (config: LoaderConfig) => Loader;

const slots = ['loader', 'fLoader', 'pLoader'] as const;
type Config = LoaderConfig & { [slot in (typeof slots)[number]]?: LoaderClass | undefined };

/**
 * Sees every attempt of a player's loaders, retries too, which its events do not tell. Each loader slot of this one
 * instance gets a constructor that returns the original loader, made with a config that puts our setup hook before the
 * page's own; config.xhrSetup itself, the default config and other players stay as they are. Undone when the signal aborts.
 */
export function watchLoaders(config: Config, describe: Describe, watch: Watch): void {
  const attempts = attemptLog(describe, watch);
  const undo = slots.map((slot) => {
    const original = config[slot];
    if (typeof original !== 'function') return () => {};
    const wrapped = observed(original, attempts, watch);
    config[slot] = wrapped;
    return () => {
      // Where somebody wrapped over us, we stay, and do nothing any more.
      if (config[slot] === wrapped) config[slot] = original;
    };
  });
  watch.signal.addEventListener('abort', () => {
    for (const restore of undo) restore();
  });
}

function observed(Original: LoaderClass, attempts: AttemptLog, { signal, guard }: Watch): LoaderClass {
  function Observed(config: LoaderConfig): Loader {
    // A page may derive a loader of its own from ours.
    const make = (given: LoaderConfig): Loader => Reflect.construct(Original, [given], new.target ?? Original);
    if (signal.aborted) return make(config);
    const { xhrSetup, fetchSetup } = config;
    let loader: Loader | undefined;
    let seen = 0;
    let current: Attempt | undefined;

    const watchXhr = guard((xhr: XMLHttpRequest, url: string, context: LoaderContext | undefined) => {
      const asked = context ?? loader?.context;
      if (!asked || watched.has(xhr)) return;
      watched.add(xhr);
      seen += 1;
      current = attempts.ofXhr(xhr, asked, url, () => loader?.stats?.retry ?? 0);
    });
    const watchFetch = guard((context: LoaderContext, request: globalThis.Request, init: RequestInit) => {
      seen += 1;
      const { sent, ...attempt } = attempts.ofFetch(context, request, init, () => loader?.stats?.retry ?? 0);
      current = attempt;
      return sent;
    });

    const hooks: LoaderConfig = {
      xhrSetup(xhr, url, context) {
        watchXhr(xhr, url, context);
        return xhrSetup?.apply(this, [xhr, url, context as LoaderContext]);
      },
      fetchSetup(context, init) {
        const request = fetchSetup ? fetchSetup.call(this, context, init) : new globalThis.Request(context.url, init);
        const look = (ready: globalThis.Request) => {
          // Pages get away with an address alone, too.
          return (typeof ready === 'object' && watchFetch(context, ready, init)) || ready;
        };
        return typeof request === 'object' && 'then' in request ? request.then(look) : look(request);
      },
    };

    // Whole, as a loader of the page's own may copy it, and its own, as it may write into it.
    loader = make(Object.assign(Object.create(config), config, hooks));
    const load = loader.load;
    const begin = guard((context: LoaderContext, callbacks: Callbacks) => {
      const sentAt = performance.now();
      const tell = guard((ending: Omit<Ending, 'stats'>, stats: unknown) => {
        const whole = { ...ending, stats: stats as LoaderStats | undefined };
        if (current) current.settledAs(whole);
        // A loader of the page's own that knows no setup hooks: one attempt per load is what can be seen.
        else if (seen === 0) attempts.unseen(context, sentAt, whole);
        current = undefined;
      });
      const { onSuccess, onError, onTimeout, onAbort } = callbacks;
      return {
        ...callbacks,
        onSuccess: after(onSuccess, ([response, stats]) => {
          hideTrace(response as Answer);
          tell({ result: 'ok', ...successOf(response) }, stats);
        }),
        onError: after(onError, ([error, , , stats]) => tell({ result: 'failed', ...failureOf(error) }, stats)),
        onTimeout: after(onTimeout, ([stats]) => tell({ result: 'failed', errorType: 'timeout' }, stats)),
        onAbort: after(onAbort, ([stats]) => tell({ result: 'aborted' }, stats)),
      };
    });
    loader.load = function (this: Loader, context, loaderConfig, callbacks) {
      return load.call(this, context, loaderConfig, begin(context, callbacks) ?? callbacks);
    };
    return loader;
  }
  Observed.prototype = Original.prototype;
  return Observed as unknown as LoaderClass;
}

/** A playlist is asked for again where it came from: that address is no place for a context that was. */
const hideTrace = (answer: Answer) => {
  if (answer?.url) answer.url = withoutTrace(answer.url);
};

// hls.js calls a setup hook again for the same request when the page's own threw before `open`.
const watched = new WeakSet<XMLHttpRequest>();

/** Ours first, as the player may start its next request inside its own; optional callbacks stay absent-tolerant. */
function after(original: ((...args: unknown[]) => unknown) | undefined, ours: (args: unknown[]) => void) {
  return function (this: unknown, ...args: unknown[]) {
    ours(args);
    return original?.apply(this, args);
  };
}

/** CMCD object type from what a loader was asked for; `alternate`: sound has renditions of its own. */
export function objectTypeOf({ type, frag, keyInfo }: LoaderContext, alternate: boolean): ObjectType {
  if (keyInfo || type === 'key') return 'key';
  if (frag?.sn === 'initSegment') return 'init';
  if (frag) return frag.type === 'audio' ? 'audio' : frag.type === 'subtitle' ? 'text' : alternate ? 'video' : 'muxed';
  if (type && /manifest|level|track/i.test(type)) return 'manifest';
  return 'other';
}
