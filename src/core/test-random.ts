import type { PlaybackEvent } from './events.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words in any order, as no player would say them: backwards in time, out of place, with absurd positions. */
export function* randomEvents(seed: number, length: number): Generator<PlaybackEvent> {
  const random = randomFrom(seed);
  const one = <Value>(...values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const whole = (limit: number) => Math.floor(random() * limit);
  let clock = whole(10_000);
  let position = 0;
  let last: PlaybackEvent | undefined;

  for (let index = 0; index < length; index++) {
    // Mostly a second or less, at times a sleep, and often dated back.
    const step = one(0, 0, whole(50), whole(1000), whole(1000), whole(5000), one(whole(40_000), whole(10_000_000)));
    clock += step;
    const at = clock - one(0, 0, 0, 0, whole(100), whole(3000), whole(100_000));
    position = one(position + step / 1000, position, -1, Number.NaN, random() * 1e6);
    if (last && random() < 0.05) yield last;
    last = { at, ...word() } as PlaybackEvent;
    yield last;
  }

  function connection() {
    const gained = { packetsReceived: whole(1000), packetsLost: whole(50), bytesReceived: whole(1e6) };
    const stream = { id: 'a', type: one('inbound-rtp', 'remote-inbound-rtp'), kind: one('audio', 'video'), ssrc: 1 };
    return {
      state: one('new', 'connecting', 'connected', 'connected', 'disconnected', 'failed', 'closed'),
      iceUfrag: one(undefined, 'a', 'b'),
      pair: one(undefined, { id: one('a', 'b') }),
      rttSec: one(undefined, random()),
      streams: one(undefined, [{ ...stream, seconds: one(0, 2, 5), gained, lossRatio: one(undefined, random()) }]),
    };
  }

  function word() {
    const bufferAheadSec = one(0, 0.2, 3, 30);
    const bitrate = one(0, 500_000, 2_000_000, 8_000_000);
    const id = whole(60);
    const request = { id, objectType: one('manifest', 'video', 'audio', 'key', 'init'), url: 'https://a/b', retry: 0 };
    const outcome = {
      result: one('ok', 'failed', 'aborted'),
      durationMs: whole(9000),
      bytes: whole(1e6),
      cache: 'unknown',
    };
    const edge = { sequence: whole(50), targetDurationSec: 2 };
    const frames = one(undefined, { total: whole(1000), dropped: whole(1000) });
    return one<object>(
      { type: 'load', source: one('a', 'a', 'b') },
      { type: 'play', armed: one(true, false) },
      { type: 'play' },
      { type: 'playing', position },
      { type: 'playing', position },
      { type: 'waiting', position, bufferAheadSec },
      { type: 'pause' },
      { type: 'seek', to: position },
      { type: 'ended' },
      { type: 'quality', rendition: { bitrate } },
      { type: 'request', request: { ...request, blocking: one(true, undefined, undefined) } },
      { type: 'request', request, outcome },
      { type: 'error', errorType: 'drm', fatal: one(true, false, false), message: '' },
      { type: 'sample', position, bufferAheadSec, hidden: one(undefined, true, false), frames, edge },
      { type: 'sample', position, bufferAheadSec, rate: one(0, 0.5, 1, 2, -1), liveLatencySec: one(undefined, -1, 4) },
      { type: 'sample', position, bufferAheadSec, connection: connection() },
      { type: 'quit', reason: one('leave', 'detach', 'destroyed') },
    );
  }
}
