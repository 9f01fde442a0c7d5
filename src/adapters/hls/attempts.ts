import type { Outcome, Request } from '../../core/events.ts';
import type { Watch } from '../adapter.ts';
import { attempts } from '../attempts.ts';

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
export type LoaderStats = {
  readonly retry: number;
  readonly loaded: number;
  readonly loading: { start: number; first: number; end: number };
};

/** How the adapter describes what a loader was asked for. */
export type Describe = (context: LoaderContext, url: string) => Omit<Request, 'id' | 'url' | 'retry'>;

/** How a load ended, in the words of the loader's callbacks. */
export type Ending = Pick<Outcome, 'result' | 'errorType' | 'status'> & { readonly stats: LoaderStats | undefined };
export type Attempt = { settledAs(ending: Ending): void };
type Opened = [method: string, url: string | URL, ...more: unknown[]];
export type AttemptLog = ReturnType<typeof attemptLog>;

/** Follows each attempt of hls.js's loaders, over XMLHttpRequest, over fetch, and as far as a loader of the page's own tells. */
export function attemptLog(describe: Describe, watch: Watch) {
  const { signal, now, guard } = watch;
  const { start: begin, carry, end } = attempts(watch);
  const start = (context: LoaderContext, url: string, sentAt: number) =>
    begin({ url, ...describe(context, url) }, sentAt);

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
      let opened: Opened = ['GET', url];
      let headers: [name: string, value: string][] = [];
      const { open, send, setRequestHeader } = xhr;

      xhr.open = function (...args: Opened) {
        opened = args;
        headers = [];
        return open.apply(this, args as Parameters<typeof open>);
      };
      xhr.setRequestHeader = function (name, value) {
        // The page traces its requests itself: a second value would spoil the first.
        if (String(name).toLowerCase() === 'traceparent') mayTrace = false;
        headers.push([name, value]);
        return setRequestHeader.call(this, name, value);
      };
      const sending = guard(() => {
        if (signal.aborted) return;
        sentAt = now();
        retriesBefore = retries();
        // The page may ask for another address than the player gave it.
        request = start(context, String(opened[1]), sentAt);
        const carried = mayTrace ? carry(request) : {};
        if (carried.header) setRequestHeader.call(xhr, 'traceparent', carried.header);
        if (carried.url) {
          // Opened anew it has lost its headers, and nothing else (XMLHttpRequest, open()).
          open.call(xhr, opened[0], carried.url, true);
          for (const [name, value] of headers) setRequestHeader.call(xhr, name, value);
        }
      });
      xhr.send = function (body) {
        sending();
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
        settle(ok ? 'ok' : 'failed', event.loaded);
      });
      on('error', () => settle('failed', loaded));
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

    /** Also gives the request to send instead. */
    ofFetch(context: LoaderContext, asked: globalThis.Request, init: RequestInit, retries: () => number) {
      const sentAt = now();
      const retriesBefore = retries();
      const request = start(context, asked.url, sentAt);
      const { header, url } = asked.headers.has('traceparent') ? {} : carry(request);
      if (header) asked.headers.set('traceparent', header);
      let open = true;
      const settledAs = ({ stats, ...ending }: Ending) => {
        if (!open) return;
        open = false;
        const { first = 0, end: last = 0 } = stats?.loading ?? {};
        const ttfbMs = first > sentAt ? first - sentAt : undefined;
        const endedAt = ending.result === 'ok' && last > sentAt ? last : now();
        end(request, sentAt, { ...ending, bytes: stats?.loaded ?? 0, ttfbMs, endedAt });
      };
      // A failed attempt that the loader retries by itself is told by nothing but its abort, and so is one given up.
      const aborted = guard(() => {
        const failed = { result: 'failed', errorType: 'connection_failed', stats: undefined } as const;
        settledAs(retries() > retriesBefore ? failed : { result: 'aborted', stats: undefined });
      });
      init.signal?.addEventListener('abort', () => queueMicrotask(aborted));
      return { settledAs, sent: url ? new globalThis.Request(url, asked) : asked };
    },

    unseen(context: LoaderContext, sentAt: number, { stats, ...ending }: Ending) {
      const request = start(context, context.url, sentAt);
      const ttfbMs = stats?.loading.first ? stats.loading.first - stats.loading.start : undefined;
      end(request, sentAt, { ...ending, bytes: stats?.loaded ?? 0, ttfbMs });
    },
  };
}

/** `onError` gives the HTTP status, which says all, or 0. */
export function failureOf(error: unknown): Pick<Outcome, 'errorType' | 'status'> {
  const { code = 0 } = (error ?? {}) as { code?: number };
  return code >= 400 ? { status: code } : { errorType: 'connection_failed' };
}

/** `onSuccess` gives the HTTP status since hls.js 1.5. */
export function successOf(response: unknown): Pick<Outcome, 'status'> {
  const { code } = (response ?? {}) as { code?: number };
  return { status: code || undefined };
}
