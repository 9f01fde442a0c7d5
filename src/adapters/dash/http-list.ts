import type { Request } from '../../core/events.ts';
import type { Watch } from '../adapter.ts';
import { attempts } from '../attempts.ts';
import type { Events } from './events.ts';
import { eventsOf } from './events.ts';
import type { Describe, FragmentRequest } from './requests.ts';

type Asked = FragmentRequest & { readonly url: string };

/** An entry of dash.js's HTTP metrics (ISO/IEC 23009-1, D.4.3); its instants are Dates. */
type HttpEntry = {
  readonly type: string;
  readonly url: string;
  readonly actualurl?: string | null;
  readonly trequest: Date;
  /** Absent in the extra record of a redirect, which is no attempt. */
  readonly _tfinish?: Date | null;
  readonly responsecode?: number | null;
  readonly _stream?: string | null;
  readonly _mediaduration?: number;
  /** Absent where the attempt failed; there, though often empty, where it was aborted. */
  readonly trace?: readonly { readonly s: Date; readonly b: readonly number[] }[];
};

const mostOpen = 64;

/**
 * Sees the attempts of dash.js 4, which has no interceptors: its events tell the first attempt at an object when it is sent,
 * its HTTP metrics each one when it has ended. No `traceparent` is sent, as its only hook has room for one, which is the page's.
 */
export function watchHttpList(player: Events, describe: Describe, watch: Watch): () => void {
  const { now } = watch;
  const on = eventsOf(player, watch);
  const log = attempts(watch);
  // By what was asked for: the player writes CMCD into its address after it told of it, and again for each retry.
  const open = new Map<Asked, { readonly request: Request; readonly sentAt: number }>();

  const sent = ({ request: asked }: { request?: Asked }) => {
    if (asked?.url) open.set(asked, begin(asked, now()));
    for (const oldest of open.keys()) if (open.size > mostOpen) open.delete(oldest);
  };
  on('manifestLoadingStarted', sent);
  on('fragmentLoadingStarted', sent);
  on<{ metric: string; value: HttpEntry }>('metricAdded', ({ metric, value }) => {
    if (metric === 'HttpList' && value._tfinish) ended(value);
  });
  return () => {};

  function begin(asked: Asked, sentAt: number) {
    return { request: log.start({ url: asked.url, ...describe(asked) }, sentAt), sentAt };
  }

  function ended(entry: HttpEntry) {
    const { type, url, actualurl, trequest, trace, _stream: mediaType, _mediaduration: duration } = entry;
    const retry = { type, url, ...(mediaType && { mediaType }), ...(duration && { duration }) };
    const [asked, first] = [...open].find(([one]) => one.url === url) ?? [];
    if (asked) open.delete(asked);
    const { request, sentAt } = first ?? begin(retry, now() - (Date.now() - trequest.getTime()));
    const status = entry.responsecode ?? 0;
    const bytes = (trace ?? []).reduce((sum, { b }) => sum + (b[0] ?? 0), 0);
    const result = status >= 200 && status < 300 ? 'ok' : trace && status === 0 ? 'aborted' : 'failed';
    log.end(request, sentAt, {
      result,
      bytes,
      status: status || undefined,
      finalUrl: status ? (actualurl ?? url) : undefined,
    });
  }
}
