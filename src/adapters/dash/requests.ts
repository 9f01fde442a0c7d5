import type { Outcome, Request } from '../../core/events.ts';
import { withoutTrace } from '../../core/trace-query.ts';
import type { Watch } from '../adapter.ts';
import { attempts } from '../attempts.ts';

/** What dash.js asks for, as it describes it to its loader. The object is shared by the retries of one request. */
export type FragmentRequest = {
  readonly type?: string;
  readonly mediaType?: string;
  /** Within its representation, without `startNumber`. */
  readonly index?: number;
  readonly duration?: number;
  /** False: a segment that is sent while it is still being produced. */
  readonly availabilityTimeComplete?: boolean;
  readonly representation?: {
    readonly id?: string;
    readonly bandwidth: number;
    readonly width?: number;
    readonly height?: number;
    readonly codecs?: string | null;
    readonly startNumber?: number;
  } | null;
};

/** How the adapter describes it. */
export type Describe = (asked: FragmentRequest) => Omit<Request, 'id' | 'url' | 'retry'>;

/** One attempt on its way; after the interceptors the player hangs its callbacks on `customData`. */
type Sent = {
  url: string;
  headers?: Record<string, string> | undefined;
  readonly customData?: { readonly request?: FragmentRequest; readonly onloadend?: unknown };
};
type Answer = {
  readonly request: Sent;
  url?: string;
  readonly status?: number;
  readonly data?: unknown;
  readonly length?: number;
  /** On the page's clock, but for `responseStart`. */
  readonly resourceTiming?: { readonly startTime?: number; readonly responseEnd?: number };
};

/** Its interceptors take and give other types in each version. */
export type Intercepting = {
  addRequestInterceptor(interceptor: never): void;
  removeRequestInterceptor(interceptor: never): void;
  addResponseInterceptor(interceptor: never): void;
  removeResponseInterceptor(interceptor: never): void;
};

// Reports of the player's own, no part of the stream.
const reports = 'CmcdEvent';

/**
 * Sees every attempt of dash.js 5, retries, aborts and chunked segments too, by its own interceptors. Gives a function that
 * puts them back in place, for after a `reset()`; the abort of the signal takes them away.
 */
export function watchRequests(player: Intercepting, describe: Describe, watch: Watch): () => void {
  const { signal, guard } = watch;
  const log = attempts(watch);
  const open = new WeakMap<Sent, (answer: Answer) => void>();

  /** Undefined where it is none of the stream's, or nobody watches any more. */
  const askedBy = ({ customData }: Sent) => {
    const asked = customData?.request;
    return signal.aborted || asked?.type === reports ? undefined : asked;
  };

  const begin = guard((sent: Sent) => {
    const asked = askedBy(sent);
    if (!asked) return;
    const sentAt = watch.now();
    const request = log.start({ url: sent.url, ...describe(asked) }, sentAt);
    open.set(sent, follow(sent, request, sentAt));
    const { header, url } = hasTraceparent(sent.headers) ? {} : log.carry(request);
    if (url) sent.url = url;
    // A copy: the player's own object is used again for the next attempt.
    if (header) sent.headers = { ...sent.headers, traceparent: header };
  });
  const end = guard((answer: Answer) => {
    // An MPD is asked for again where it came from: that address is no place for a context that was.
    if (answer.url) answer.url = withoutTrace(answer.url);
    const settle = open.get(answer.request) ?? recover;
    settle(answer);
  });

  const onRequest = (sent: Sent) => {
    begin(sent);
    return sent;
  };
  const onResponse = (answer: Answer) => {
    end(answer);
    return answer;
  };
  const remove = () => {
    player.removeRequestInterceptor(onRequest as never);
    player.removeResponseInterceptor(onResponse as never);
  };
  const renew = () => {
    remove();
    if (signal.aborted) return;
    player.addRequestInterceptor(onRequest as never);
    player.addResponseInterceptor(onResponse as never);
  };
  renew();
  signal.addEventListener('abort', guard(remove));
  return renew;

  /** An attempt that was under way before we came: told afterwards, without a trace context. */
  function recover({ request: sent, length: bytes = 0, resourceTiming, ...answer }: Answer) {
    const asked = askedBy(sent);
    const { startTime: sentAt, responseEnd: endedAt } = resourceTiming ?? {};
    if (!asked || !answer.status || !sentAt) return;
    const request = log.start({ url: sent.url, ...describe(asked) }, sentAt);
    log.end(request, sentAt, { bytes, endedAt, ...resultOf(answer) });
  }

  /** What interceptors are not told, the loader's callbacks are: the first byte, the last, and whether it was given up. */
  function follow({ customData = {} }: Sent, request: Request, sentAt: number): (answer: Answer) => void {
    let settled = false;
    let firstAt: number | undefined;
    let lastAt: number | undefined;
    let bytes = 0;
    let late = false;

    function settle(result: Outcome['result'], more: Partial<Outcome>) {
      if (settled || signal.aborted) return;
      settled = true;
      const ttfbMs = firstAt && firstAt - sentAt;
      log.end(request, sentAt, { result, bytes, ttfbMs, endedAt: lastAt ?? watch.now(), ...more });
    }
    const before = (name: string, run: (event: never) => void) => runBefore(customData, name, guard(run));
    before('onprogress', ({ loaded, data }: { loaded?: number; data?: ArrayBuffer }) => {
      firstAt ??= watch.now();
      bytes = loaded ?? bytes + (data?.byteLength ?? 0);
    });
    before('ontimeout', () => {
      late = true;
    });
    before('onloadend', () => {
      lastAt = watch.now();
    });
    before('onabort', () => {
      // The player takes `onloadend` away before it gives up an attempt; one without progress it aborts as it is.
      if (customData.onloadend) settle('failed', { errorType: 'timeout' });
      else settle('aborted', {});
    });

    return (answer) => {
      const { result, ...answered } = resultOf(answer);
      settle(result, { ...answered, errorType: result === 'failed' && late ? 'timeout' : undefined });
    };
  }
}

function resultOf({ status = 0, url, data }: Omit<Answer, 'request'>) {
  const isWhole = status >= 200 && status < 300 && data != null;
  return { result: isWhole ? 'ok' : 'failed', status: status || undefined, finalUrl: url || undefined } as const;
}

/** Has `run` called before whatever function is put into that property later. */
function runBefore(target: object, name: string, run: (event: never) => void): void {
  let theirs: unknown;
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => theirs,
    set(given: unknown) {
      if (typeof given !== 'function') theirs = given;
      else
        theirs = function (this: unknown, ...args: [never]) {
          run(...args);
          return given.apply(this, args);
        };
    },
  });
}

/** Whether a page traces a request itself, however it spells the header. */
export function hasTraceparent(headers: object = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'traceparent');
}
