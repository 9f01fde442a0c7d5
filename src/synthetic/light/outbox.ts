import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { backoff } from '../../transport/backoff.ts';
import { post } from '../../transport/request.ts';
import type { Signal } from '../../transport/transport.ts';

/** What many viewers of one process send to one endpoint, in few requests. */
export type Outbox = {
  /** Takes an OTLP/JSON request body. @returns how many older ones had to go for it. */
  add(signal: Signal, body: string): number;
  /** Resolves when nothing is left to send, after 10 s at most; what the last viewer leaves behind by then is lost. */
  leave(): Promise<void>;
};

type Item = { readonly signal: Signal; readonly body: string };

const compress = promisify(gzip);
const together = { metrics: 'resourceMetrics', traces: 'resourceSpans' } as const;
const requestChars = 1 << 20;
const mostChars = 32 << 20;
const gatherMs = 500;
const drainMs = 10_000;

const open = new Map<string, { outbox: Outbox; users: number }>();

/** Enters the outbox of an endpoint: one for all viewers, one request at a time, metrics first, again on passing failures. */
export function outboxOf(endpoint: string): Outbox {
  const shared = open.get(endpoint) ?? { outbox: outbox(endpoint, leave), users: 0 };
  shared.users += 1;
  open.set(endpoint, shared);
  return shared.outbox;

  function leave(): boolean {
    shared.users -= 1;
    return shared.users === 0 && open.delete(endpoint);
  }
}

/** @param leave says whether nobody is left. */
function outbox(endpoint: string, leave: () => boolean): Outbox {
  let waiting: Item[] = [];
  let chars = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending = false;
  const empty: (() => void)[] = [];

  function schedule(delayMs: number) {
    if (timer || sending || waiting.length === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      void send();
    }, delayMs);
  }

  /** As many of one signal as one request holds. */
  function next(): Item[] {
    const signal = waiting.some((item) => item.signal === 'metrics') ? 'metrics' : 'traces';
    let size = 0;
    return waiting.filter((item) => {
      if (item.signal !== signal || (size > 0 && size + item.body.length > requestChars)) return false;
      size += item.body.length;
      return true;
    });
  }

  async function send() {
    sending = true;
    const batch = next();
    const [{ signal }] = batch as [Item];
    const key = together[signal];
    // `{"resourceSpans":[…]}`: what is between the brackets of each, one after the other.
    const inner = batch.map(({ body }) => body.slice(key.length + 5, -2)).join(',');
    const body = new Uint8Array(await compress(`{"${key}":[${inner}]}`, { level: 1 }));
    const url = endpoint.replace(/\/*$/, `/v1/${signal}`);
    const outcome = await post(fetch, url, body, { gzip: true, keepalive: false, headers: {} });
    sending = false;
    if (typeof outcome === 'string') {
      failures = 0;
      remove(new Set(batch));
      schedule(0);
    } else schedule(backoff(failures++, outcome.retryAfterMs));
    if (waiting.length === 0) for (const tell of empty.splice(0)) tell();
  }

  function remove(gone: ReadonlySet<Item>) {
    waiting = waiting.filter((item) => !gone.has(item));
    chars = waiting.reduce((sum, { body }) => sum + body.length, 0);
  }

  return {
    add(signal, body) {
      waiting.push({ signal, body });
      chars += body.length;
      let lost = 0;
      for (; chars > mostChars && waiting.length > 1; lost += 1) {
        remove(new Set([waiting.find((item) => item.signal === 'traces') ?? (waiting[0] as Item)]));
      }
      schedule(gatherMs);
      return lost;
    },
    async leave() {
      if (waiting.length > 0) {
        await new Promise<void>((resolve) => {
          const patience = setTimeout(resolve, drainMs);
          empty.push(() => {
            clearTimeout(patience);
            resolve();
          });
        });
      }
      if (!leave()) return;
      clearTimeout(timer);
      waiting = [];
    },
  };
}
