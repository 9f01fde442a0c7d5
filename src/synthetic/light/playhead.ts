import type { PlaybackEvent } from '../../core/events.ts';

/** The model of a picture that moves as long as there is media: where it is, and when it stops. Instants are ms. */
export type Playhead = {
  /** From here on it plays, as soon as there is something. */
  begin(positionSec: number): void;
  /** All tracks hold media up to here now. `isLast`: there is no more after it. */
  buffered(toSec: number, at: number, isLast: boolean): void;
  /** The player goes on elsewhere, where it holds nothing yet. */
  jump(toSec: number, at: number): void;
  /** Tells what has happened until now. */
  pass(at: number): void;
  position(at: number): number;
  bufferAheadSec(at: number): number;
  /** The media is over. */
  ended(): boolean;
};

/**
 * Plays at rate 1 what is buffered: it begins, and goes on after a stall, with the first segment of every track, as browsers do
 * when they have a frame and the next; it stalls in the instant in which one of the tracks has run out.
 */
export function playhead(emit: (event: PlaybackEvent) => void): Playhead {
  let startSec: number | undefined;
  let bufferedToSec = Number.NEGATIVE_INFINITY;
  let movingSince: number | undefined;
  let isLast = false;
  let isOver = false;

  const reached = (at: number) =>
    movingSince === undefined ? (startSec ?? 0) : (startSec ?? 0) + Math.max(0, at - movingSince) / 1000;
  const position = (at: number) => Math.min(reached(at), Math.max(bufferedToSec, startSec ?? 0));

  function pass(at: number) {
    if (movingSince === undefined || startSec === undefined || reached(at) < bufferedToSec) return;
    const dryAt = movingSince + (bufferedToSec - startSec) * 1000;
    startSec = bufferedToSec;
    movingSince = undefined;
    isOver = isLast;
    emit(isLast ? { type: 'ended', at: dryAt } : { type: 'waiting', at: dryAt, position: startSec, bufferAheadSec: 0 });
  }

  function goOn(at: number) {
    if (startSec === undefined || movingSince !== undefined || isOver || bufferedToSec <= startSec) return;
    movingSince = at;
    emit({ type: 'playing', at, position: startSec });
  }

  return {
    begin(positionSec) {
      startSec ??= positionSec;
    },
    buffered(toSec, at, last) {
      pass(at);
      bufferedToSec = toSec;
      isLast = last;
      goOn(at);
    },
    jump(toSec, at) {
      pass(at);
      if (movingSince !== undefined) emit({ type: 'waiting', at, position: position(at), bufferAheadSec: 0 });
      movingSince = undefined;
      startSec = toSec;
      bufferedToSec = toSec;
    },
    pass,
    position,
    bufferAheadSec: (at) => Math.max(0, bufferedToSec - position(at)),
    ended: () => isOver,
  };
}
