// The page of bench:hours: the SDK whole, over a player that says what a tape has, again and again, on whatever clock the page has.
import type { Adapter } from '../../src/adapters/adapter.ts';
import type { PlaybackEvent } from '../../src/core/events.ts';
import { otlp } from '../../src/delivery.ts';
import { settingsOf } from '../../src/options.ts';
import type { View } from '../../src/view.ts';
import { watchPlayer } from '../../src/view.ts';

export type Hours = typeof hours;

let view: View | undefined;
let underWay = 0;
let told = 0;

const original = window.fetch;
window.fetch = async (...asked) => {
  underWay += 1;
  try {
    return await original(...asked);
  } finally {
    underWay -= 1;
  }
};

const hours = {
  /** Begins one viewing, in which the tapes follow each other without end. */
  begin(tapes: readonly (readonly PlaybackEvent[])[]) {
    const endpoint = new URLSearchParams(location.search).get('sink') as string;
    const settings = settingsOf({ endpoint, streamId: 'main-stage' });
    if (typeof settings === 'string') throw new Error(settings);
    view = watchPlayer({} as never, replaying(tapes), settings, otlp, () => {});
  },
  told: () => told,
  underWay: () => underWay,
  lost: () => view?.snapshot().lost,
  times: () => view?.snapshot().times,
};

function replaying(tapes: readonly (readonly PlaybackEvent[])[]): Adapter<never> {
  return {
    protocol: 'hls',
    playerName: 'hls.js',
    blind: [],
    kind: 'a tape',
    recognises: () => true,
    watch(_, { emit, now, signal }) {
      const [first] = tapes;
      function play(round: number, startAt: number) {
        const events = (tapes[round % tapes.length] ?? first ?? []).filter((event) => belongs(event, round));
        const say = (i: number) => {
          const event = events[i];
          if (signal.aborted) return;
          if (!event) return play(round + 1, now());
          told += 1;
          emit(moved(event, round, startAt));
          setTimeout(() => say(i + 1), Math.max(0, startAt + (events[i + 1]?.at ?? event.at) - now()));
        };
        say(0);
      }
      play(0, now());
      return () => {};
    },
  };
}

/** One viewing: it begins once, and nobody leaves. */
function belongs({ type }: PlaybackEvent, round: number): boolean {
  return type !== 'quit' && type !== 'ended' && (round === 0 || (type !== 'load' && type !== 'play'));
}

function moved(event: PlaybackEvent, round: number, startAt: number): PlaybackEvent {
  const at = event.at + startAt;
  if (event.type !== 'request') return { ...event, at };
  const { request } = event;
  const id = request.id + round * 1000;
  const sequence = request.sequence === undefined ? undefined : request.sequence + round * 1000;
  return {
    ...event,
    at,
    request: { ...request, id, sequence, url: request.url.replace(/seg-\d+/, `seg-${sequence}`) },
  };
}

Object.assign(window, { hours });
