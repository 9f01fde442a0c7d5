import type { Request } from '../core/events.ts';
import type { Watch } from './adapter.ts';
import { attempts } from './attempts.ts';

type Headers = Record<string, string>;
type LicenceRequest = { readonly url: string; readonly headers?: Headers; readonly sessionId?: string | null };
type Filter = (request: LicenceRequest) => Promise<void>;
type Player = {
  on(event: never, listener: never): void;
  off(event: never, listener: never): void;
  registerLicenseRequestFilter?(filter: Filter): void;
  unregisterLicenseRequestFilter?(filter: Filter): void;
};
/** Its method's name changed with version 5. */
type SessionToken = { getSessionId?(): string; getSessionID?(): string };
type Complete = {
  readonly data?: { readonly sessionToken?: SessionToken } | null;
  readonly error?: { message?: string } | null;
};

/**
 * Sees the licence requests of dash.js, which go past its interceptors: a filter before the first attempt at a licence, an event
 * when any attempt is sent, one when the last has ended. An attempt that another follows has failed. Gives a function that
 * puts the filter back, for after a `reset()`.
 */
export function watchLicences(player: Player, watch: Watch): () => void {
  const { signal, now, guard, traceparent } = watch;
  const log = attempts(watch);
  const open = new Map<string, { readonly request: Request; readonly sentAt: number; sent: boolean }>();
  const keyOf = (sessionId: string | null | undefined) => sessionId ?? '';

  function begin({ url, sessionId }: LicenceRequest, sent: boolean): Request {
    const sentAt = now();
    const request = log.start({ objectType: 'key', url }, sentAt);
    open.set(keyOf(sessionId), { request, sentAt, sent });
    return request;
  }

  function finish(key: string, result: 'ok' | 'failed' | 'aborted') {
    const attempt = open.get(key);
    if (!attempt) return;
    open.delete(key);
    log.end(attempt.request, attempt.sentAt, { result, bytes: 0 });
  }

  const filter = guard((asked: LicenceRequest) => {
    if (signal.aborted) return;
    const header = traceparent(begin(asked, false));
    if (header && asked.headers && !('traceparent' in asked.headers)) asked.headers.traceparent = header;
  });
  // The player waits for a promise.
  const asked: Filter = async (request) => filter(request);

  const onSending = guard((sending: LicenceRequest) => {
    const attempt = open.get(keyOf(sending.sessionId));
    // The headers are set by now, and serve the next attempts too: each has its own id or none.
    if (sending.headers && attempt) delete sending.headers.traceparent;
    if (attempt && !attempt.sent) attempt.sent = true;
    else {
      finish(keyOf(sending.sessionId), 'failed');
      begin(sending, true);
    }
  });
  const onComplete = guard(({ data, error }: Complete) => {
    const token = data?.sessionToken;
    const aborted = error?.message?.includes('XHR aborted');
    finish(keyOf(token?.getSessionId?.() ?? token?.getSessionID?.()), aborted ? 'aborted' : error ? 'failed' : 'ok');
  });
  player.on('public_licenseRequestSending' as never, onSending as never);
  player.on('public_licenseRequestComplete' as never, onComplete as never);

  const remove = guard(() => player.unregisterLicenseRequestFilter?.(asked));
  const renew = () => {
    remove();
    if (!signal.aborted) guard(() => player.registerLicenseRequestFilter?.(asked))();
  };
  renew();
  signal.addEventListener('abort', () => {
    player.off('public_licenseRequestSending' as never, onSending as never);
    player.off('public_licenseRequestComplete' as never, onComplete as never);
    remove();
  });
  return renew;
}
