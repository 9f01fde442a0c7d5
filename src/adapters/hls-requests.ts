import type { ObjectType, Outcome, Request } from '../core/events.ts';
import { claimTiming } from '../page/resource-timing.ts';
import type { Watch } from './adapter.ts';
import { nextRequestId } from './adapter.ts';

/** The parts of hls.js loaders that its versions 1.5 to 1.7 share. */
export type LoaderContext = {
  readonly url: string;
  readonly type?: string;
  readonly frag?: Fragment;
  readonly part?: { readonly index: number; readonly duration: number } | null;
  readonly keyInfo?: unknown;
};
export type Fragment = {
  readonly sn: number | 'initSegment';
  readonly type: string;
  readonly level: number;
  readonly duration: number;
};
type LoaderStats = {
  readonly retry: number;
  readonly loaded: number;
  readonly loading: { start: number; first: number; end: number };
};
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
type LoaderClass = new (config: LoaderConfig) => Loader;

/** How the adapter describes what a loader was asked for. */
export type Describe = (context: LoaderContext, url: string) => Omit<Request, 'id' | 'url' | 'retry'>;

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
    if (signal.aborted) return new Original(config);
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
      current = attempts.ofFetch(context, request, init);
    });

    const derived: LoaderConfig = Object.create(config, {
      xhrSetup: {
        value(this: unknown, xhr: XMLHttpRequest, url: string, context?: LoaderContext) {
          watchXhr(xhr, url, context);
          return xhrSetup?.apply(this, [xhr, url, context as LoaderContext]);
        },
      },
      fetchSetup: {
        value(this: unknown, context: LoaderContext, init: RequestInit) {
          const request = fetchSetup ? fetchSetup.call(this, context, init) : new globalThis.Request(context.url, init);
          const look = (ready: globalThis.Request) => {
            watchFetch(context, ready, init);
            return ready;
          };
          return 'then' in request ? request.then(look) : look(request);
        },
      },
    });

    loader = new Original(derived);
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
        onSuccess: after(onSuccess, ([, stats]) => tell({ result: 'ok' }, stats)),
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

// hls.js calls a setup hook again for the same request when the page's own threw before `open`.
const watched = new WeakSet<XMLHttpRequest>();

/** Ours first, as the player may start its next request inside its own; optional callbacks stay absent-tolerant. */
function after(original: ((...args: unknown[]) => unknown) | undefined, ours: (args: unknown[]) => void) {
  return function (this: unknown, ...args: unknown[]) {
    ours(args);
    return original?.apply(this, args);
  };
}

/** How a load ended, in the words of the loader's callbacks. */
type Ending = Pick<Outcome, 'result' | 'errorType' | 'status'> & { readonly stats: LoaderStats | undefined };
type Attempt = { settledAs(ending: Ending): void };
type AttemptLog = ReturnType<typeof attemptLog>;

const mostUrls = 64;

function attemptLog(describe: Describe, { signal, now, emit, guard, traceparent }: Watch) {
  // Failures in a row of one URL: retries live in loaders and in controllers, but the URL stays.
  const failures = new Map<string, number>();

  function start(context: LoaderContext, url: string, sentAt: number): Request {
    const absolute = new URL(url, document.baseURI).href;
    const request = {
      id: nextRequestId(),
      url: absolute,
      retry: failures.get(absolute) ?? 0,
      ...describe(context, absolute),
    };
    emit({ type: 'request', at: sentAt, request });
    return request;
  }

  function end(
    request: Request,
    sentAt: number,
    seen: Pick<Outcome, 'result' | 'bytes'> & Partial<Outcome> & { endedAt?: number },
  ) {
    const { endedAt = now(), ...rest } = seen;
    const { url } = request;
    if (rest.result === 'failed') failures.set(url, (failures.get(url) ?? 0) + 1);
    else failures.delete(url);
    if (failures.size > mostUrls) for (const oldest of failures.keys()) if (failures.delete(oldest)) break;
    const { phases, cache = 'unknown' } = claimTiming(url, sentAt, endedAt);
    emit({ type: 'request', at: endedAt, request, outcome: { durationMs: endedAt - sentAt, cache, phases, ...rest } });
  }

  return {
    ofXhr(xhr: XMLHttpRequest, context: LoaderContext, url: string, retries: () => number): Attempt {
      let request: Request | undefined;
      let sentAt = 0;
      let firstAt: number | undefined;
      let lastAt: number | undefined;
      let loaded = 0;
      let mayTrace = true;
      let timedOut = false;
      let retriesBefore = 0;
      const { send, setRequestHeader } = xhr;

      xhr.setRequestHeader = function (name, value) {
        // The page traces its requests itself: a second value would spoil the first.
        if (String(name).toLowerCase() === 'traceparent') mayTrace = false;
        return setRequestHeader.call(this, name, value);
      };
      const begin = guard(() => {
        if (signal.aborted) return;
        sentAt = now();
        retriesBefore = retries();
        request = start(context, url, sentAt);
        const header = mayTrace ? traceparent(request) : undefined;
        if (header) setRequestHeader.call(xhr, 'traceparent', header);
      });
      xhr.send = function (body) {
        begin();
        return send.call(this, body);
      };

      const on = (type: string, run: (event: ProgressEvent) => void) =>
        xhr.addEventListener(type, guard(run as (event: Event) => void));
      const settle = (result: Outcome['result'], bytes: number, errorType?: string) => {
        if (!request) return;
        const settled = request;
        request = undefined;
        end(settled, sentAt, {
          result,
          bytes,
          errorType,
          status: xhr.status || undefined,
          ttfbMs: firstAt && firstAt - sentAt,
          endedAt: lastAt ?? now(),
          finalUrl: xhr.responseURL || undefined,
        });
      };
      on('readystatechange', () => {
        // hls.js parses before `load` fires: only here is the time of the last byte.
        if (xhr.readyState === 2) firstAt = now();
        if (xhr.readyState === 4) lastAt = now();
      });
      on('progress', (event) => {
        loaded = event.loaded;
      });
      on('load', (event) => {
        const ok = xhr.status >= 200 && xhr.status < 300;
        settle(ok ? 'ok' : 'failed', event.loaded, ok ? undefined : `http_${xhr.status}`);
      });
      on('error', () => settle('failed', loaded, xhr.status || firstAt ? 'connection_lost' : 'connection_failed'));
      on('timeout', () => settle('failed', loaded, 'timeout'));
      on('abort', () => {
        // hls.js aborts a late request first and says afterwards that it was late.
        queueMicrotask(
          guard(() => {
            const late = timedOut || retries() > retriesBefore;
            settle(late ? 'failed' : 'aborted', loaded, late ? 'timeout' : undefined);
          }),
        );
      });
      return {
        settledAs({ errorType }) {
          timedOut ||= errorType === 'timeout';
        },
      };
    },

    ofFetch(context: LoaderContext, sent: globalThis.Request, init: RequestInit): Attempt {
      const sentAt = now();
      const request = start(context, sent.url, sentAt);
      const header = sent.headers.has('traceparent') ? undefined : traceparent(request);
      if (header) sent.headers.set('traceparent', header);
      let open = true;
      const settledAs = ({ stats, ...ending }: Ending) => {
        if (!open) return;
        open = false;
        const { first = 0, end: last = 0 } = stats?.loading ?? {};
        const ttfbMs = first > sentAt ? first - sentAt : undefined;
        const endedAt = ending.result === 'ok' && last > sentAt ? last : now();
        end(request, sentAt, { ...ending, bytes: stats?.loaded ?? 0, ttfbMs, endedAt });
      };
      // A failed attempt that the loader retries by itself is told by nothing but its abort.
      const retried = guard(() => settledAs({ result: 'failed', errorType: 'connection_failed', stats: undefined }));
      init.signal?.addEventListener('abort', () => queueMicrotask(retried));
      return { settledAs };
    },

    unseen(context: LoaderContext, sentAt: number, { stats, ...ending }: Ending) {
      const request = start(context, context.url, sentAt);
      const ttfbMs = stats?.loading.first ? stats.loading.first - stats.loading.start : undefined;
      end(request, sentAt, { ...ending, bytes: stats?.loaded ?? 0, ttfbMs });
    },
  };
}

/** `onError` gives the HTTP status, or 0. */
function failureOf(error: unknown): Pick<Outcome, 'errorType' | 'status'> {
  const { code = 0 } = (error ?? {}) as { code?: number };
  return code >= 400 ? { errorType: `http_${code}`, status: code } : { errorType: 'connection_failed' };
}

/** CMCD object type from what a loader was asked for; `alternate`: sound has renditions of its own. */
export function objectTypeOf({ type, frag, keyInfo }: LoaderContext, alternate: boolean): ObjectType {
  if (keyInfo || type === 'key') return 'key';
  if (frag?.sn === 'initSegment') return 'init';
  if (frag) return frag.type === 'audio' ? 'audio' : frag.type === 'subtitle' ? 'text' : alternate ? 'video' : 'muxed';
  if (type && /manifest|level|track/i.test(type)) return 'manifest';
  return 'other';
}
