import { byId, setAttribute, setText } from './element.ts';
import { ago, clock } from './format.ts';
import type { Connection } from './poll.ts';

const staleMs = 6000;

/** The clock, and beside it how old the figures are. `tick` every second keeps both true. */
export function connectionStatus(announce: (text: string) => void) {
  const status = byId('connection', HTMLElement);
  const time = byId('clock', HTMLTimeElement);
  let connection: Connection = { state: 'connecting', lastAt: null, retryAt: null };
  let told = '';

  function tick() {
    const now = Date.now();
    const { state, text } = connectionWords(connection, now);
    setText(time, clock(now));
    setText(status, text);
    setAttribute(document.body, 'data-connection', state);
    if (state === told) return;
    if (state === 'lost') announce('Connection to the collector lost, retrying.');
    if (state === 'live' && told === 'lost') announce('Connected again.');
    told = state;
  }

  return {
    tick,
    show(next: Connection): void {
      connection = next;
      tick();
    },
  };
}

/** What the header says at this moment. */
export function connectionWords({ state, lastAt, retryAt }: Connection, now: number): { state: string; text: string } {
  if (state === 'connecting') return { state, text: 'Connecting' };
  const last = lastAt === null ? 'no answer yet' : `last update ${ago(now - lastAt)}`;
  if (state === 'lost') {
    const seconds = Math.ceil(((retryAt ?? now) - now) / 1000);
    return { state, text: `Connection lost, ${last}, retrying${seconds > 0 ? ` in ${seconds}\u00a0s` : ''}` };
  }
  const late = now - (lastAt ?? now) > staleMs;
  return late
    ? { state: 'late', text: `Waiting, ${last}` }
    : { state, text: `Live, updated ${ago(now - (lastAt ?? now))}` };
}
