import type { Request } from '../../core/events.ts';
import type { Watch } from '../adapter.ts';
import { attempts } from '../attempts.ts';
import type { Events } from './events.ts';
import { eventsOf } from './events.ts';
import { hasTraceparent } from './requests.ts';

type Headers = Record<string, string>;
type LicenceRequest = { readonly url: string; readonly headers?: Headers; readonly sessionId?: string | null };
type Filter = (request: LicenceRequest) => Promise<void>;
type Player = Events & {
  registerLicenseRequestFilter?(filter: Filter): void;
  unregisterLicenseRequestFilter?(filter: Filter): void;
};
/** The second name is that of older versions. */
type SessionToken = { getSessionId?(): string; getSessionID?(): string };
type Complete = {
  readonly data?: { readonly sessionToken?: SessionToken } | null;
  readonly error?: { message?: string } | null;
};

/** `header`: the one that we have set. */
type Attempt = { readonly request: Request; readonly sentAt: number; sent: boolean; header?: string };

/**
 * Sees the licence requests of dash.js, which go past its interceptors: a filter before the first attempt at a licence, an event
 * when any attempt is sent, one when the last has ended. An attempt that another follows has failed. Gives a function that
 * puts the filter back, for after a `reset()`.
 */
export function watchLicences(player: Player, watch: Watch): () => void {
  const { signal, now, guard } = watch;
  const log = attempts(watch);
  const on = eventsOf(player, watch);
  const open = new Map<string, Attempt>();
  const keyOf = (sessionId: string | null | undefined) => sessionId ?? '';

  function begin({ url, sessionId }: LicenceRequest, sent: boolean): Attempt {
    const sentAt = now();
    const attempt = { request: log.start({ objectType: 'key', url }, sentAt), sentAt, sent };
    open.set(keyOf(sessionId), attempt);
    return attempt;
  }

  function finish(key: string, result: 'ok' | 'failed' | 'aborted') {
    const attempt = open.get(key);
    if (!attempt) return;
    open.delete(key);
    log.end(attempt.request, attempt.sentAt, { result, bytes: 0 });
  }

  const filter = guard((asked: LicenceRequest) => {
    if (signal.aborted) return;
    const attempt = begin(asked, false);
    const header = hasTraceparent(asked.headers) ? undefined : log.carry(attempt.request).header;
    if (header && asked.headers) asked.headers.traceparent = attempt.header = header;
  });
  // The player waits for a promise.
  const asked: Filter = async (request) => filter(request);

  on<LicenceRequest>('public_licenseRequestSending', (sending) => {
    const attempt = open.get(keyOf(sending.sessionId));
    // The headers are set by now, and serve the next attempts too: each has its own id or none.
    if (attempt?.header && sending.headers?.traceparent === attempt.header) delete sending.headers.traceparent;
    if (attempt && !attempt.sent) attempt.sent = true;
    else {
      finish(keyOf(sending.sessionId), 'failed');
      begin(sending, true);
    }
  });
  on<Complete>('public_licenseRequestComplete', ({ data, error }) => {
    const token = data?.sessionToken;
    const aborted = error?.message?.includes('XHR aborted');
    finish(keyOf(token?.getSessionId?.() ?? token?.getSessionID?.()), aborted ? 'aborted' : error ? 'failed' : 'ok');
  });

  const remove = guard(() => player.unregisterLicenseRequestFilter?.(asked));
  const renew = () => {
    remove();
    if (!signal.aborted) guard(() => player.registerLicenseRequestFilter?.(asked))();
  };
  renew();
  signal.addEventListener('abort', remove);
  return renew;
}
