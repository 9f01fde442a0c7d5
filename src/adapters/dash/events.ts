import type { Watch } from '../adapter.ts';

/** The event bus of dash.js; each version types its events one by one, so they are named by their texts. */
export type Events = {
  on(event: never, listener: never): void;
  off(event: never, listener: never): void;
};

/** Gives a function that subscribes until the signal aborts. The bus catches nothing: what a listener throws stays with us. */
export function eventsOf(player: Events, { signal, guard }: Watch) {
  return <Data>(event: string, run: (data: Data) => void): void => {
    const listener = guard(run);
    player.on(event as never, listener as never);
    signal.addEventListener('abort', () => player.off(event as never, listener as never));
  };
}
