import { expect, test } from 'vitest';
import { decoderClock } from './decoder.ts';

const lookMs = 250;

/** A decoder that does as it is told, and a clock that looks at it as often as `timeupdate` comes. */
function decoding({ told = true } = {}) {
  let at = 1000;
  let total = 0;
  const video = { getVideoPlaybackQuality: told ? () => ({ totalVideoFrames: total }) : undefined };
  const clock = decoderClock(video as never, () => at);
  const run = (ms: number, fps: number) => {
    for (let passed = 0; passed < ms; passed += lookMs) {
      at += lookMs;
      total += (lookMs / 1000) * fps;
      clock.look();
    }
  };
  return {
    ...clock,
    run,
    now: () => at,
    reset: () => {
      total = 0;
    },
  };
}

test.each([10, 25, 60])('at %d frames a second all is well', (fps) => {
  const { run, stoodSince } = decoding();
  run(4000, fps);
  expect(stoodSince()).toBeUndefined();
});

test('it stood from when its last frames were on screen, found at the next look', () => {
  const { run, stoodSince, now } = decoding();
  run(4000, 25);
  const stoppedAt = now();
  run(lookMs, 0);
  expect(Math.abs((stoodSince() ?? 0) - stoppedAt - 80)).toBeLessThan(40);
});

test('a stop between two looks is dated by the pace', () => {
  const { run, stoodSince, now } = decoding();
  run(4000, 25);
  const lookedAt = now();
  run(lookMs, 16);
  run(lookMs, 0);
  expect(Math.abs((stoodSince() ?? 0) - lookedAt - 160 - 80)).toBeLessThan(40);
});

test('frames decoded ahead, as more media came in, end nothing', () => {
  const { run, stoodSince, now } = decoding();
  run(4000, 25);
  const stoppedAt = now();
  run(500, 0);
  run(lookMs, 8);
  run(500, 0);
  expect(Math.abs((stoodSince() ?? 0) - stoppedAt - 80)).toBeLessThan(40);
  run(lookMs, 25);
  expect(stoodSince()).toBeUndefined();
});

test('a stream of fewer frames than before is a new pace within a second', () => {
  const { run, stoodSince } = decoding();
  run(4000, 60);
  run(1000, 15);
  expect(stoodSince()).toBeUndefined();
});

test('what was before a restart, or another source, counts for nothing', () => {
  const { run, stoodSince, restart, reset } = decoding();
  run(2000, 25);
  run(1000, 0);
  restart();
  expect(stoodSince()).toBeUndefined();
  run(1000, 0);
  reset();
  run(lookMs, 4);
  expect(stoodSince()).toBeUndefined();
});

test('looks in quick succession say nothing, and a browser that does not count neither', () => {
  const { look, run, stoodSince } = decoding();
  run(1000, 25);
  look();
  look();
  expect(stoodSince()).toBeUndefined();
  const blind = decoding({ told: false });
  blind.run(5000, 0);
  expect(blind.stoodSince()).toBeUndefined();
});
