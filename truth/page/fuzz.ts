// Random calls of a page to its player, the same for the same seed: with the SDK and without it.
import type { Snapshot } from 'playscope';
import { randomFrom } from '../random.ts';
import { problemsOf } from './invariants.ts';

export type Fuzz = typeof fuzz;
export type Run = {
  /** What was called, in order. */
  readonly calls: readonly string[];
  /** What broke of what always holds. */
  readonly broken: readonly string[];
  /** Exceptions that the SDK threw. */
  readonly ours: readonly string[];
  /** Whether it played when it was asked to at the end. */
  readonly plays: boolean;
};

type Plan = {
  readonly seed: number;
  readonly steps: number;
  readonly sources: readonly string[];
  readonly attach?: { endpoint: string; streamId: string };
};

const longestPauseMs = 400;
const endingMs = 15_000;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function fuzz({ seed, steps, sources, attach }: Plan): Promise<Run> {
  const random = randomFrom(seed);
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const videos = [...document.querySelectorAll('video')];
  const calls: string[] = [];
  const broken: string[] = [];
  const thrown: string[] = [];
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => {
    const error = 'reason' in event ? event.reason : event.error;
    thrown.push(error instanceof Error ? String(error.stack) : String(error));
  };
  addEventListener('error', onError);
  addEventListener('unhandledrejection', onError);

  let video = one(videos);
  let driver = window.makePlayer({ autoplay: true, bufferSec: 6 });
  let view = attach && window.playscope.attach(driver.player as never, attach);
  let before: Snapshot | undefined;
  let attached = false;

  const acts: Readonly<Record<string, () => unknown>> = {
    load: () => driver.load(one(sources)),
    attachMedia: () => {
      driver.attachMedia(video);
      attached = true;
    },
    detachMedia: () => {
      driver.detachMedia();
      attached = false;
    },
    swapElement: () => {
      if (attached) driver.detachMedia();
      video = one(videos);
      driver.attachMedia(video);
      attached = true;
    },
    seek: () => {
      video.currentTime += one([-9, -2, 1, 4]);
    },
    play: () => video.play().catch(() => {}),
    pauseVideo: () => video.pause(),
    rate: () => {
      video.playbackRate = one([0.5, 1, 1, 2]);
    },
    level: () => {
      // Drawn at any rate, so that with and without the SDK the same follows.
      const draw = random();
      const { length } = driver.renditions();
      if (length > 0) driver.show(Math.floor(draw * length));
    },
    recover: () => (driver.player as { recoverMediaError?(): void }).recoverMediaError?.(),
    destroy: () => {
      driver.destroy();
      attached = false;
      driver = window.makePlayer({ autoplay: true, bufferSec: 6 });
      view = attach && window.playscope.attach(driver.player as never, attach);
      before = undefined;
    },
  };

  function check() {
    if (!view) return;
    const snapshot = view.snapshot();
    for (const problem of problemsOf(snapshot, before)) broken.push(`${problem} after ${calls.slice(-6).join(' ')}`);
    before = snapshot;
  }

  /** dash.js throws where it was never given anything. */
  function destroyQuietly() {
    try {
      driver.destroy();
    } catch (error) {
      thrown.push(String((error as Error).stack));
    }
  }

  for (let step = 0; step < steps; step++) {
    const name = step < 2 ? (['load', 'attachMedia'] as const)[step] : one(Object.keys(acts));
    calls.push(String(name));
    try {
      acts[String(name)]?.();
    } catch (error) {
      // Players refuse what is out of place; whose refusal it was, the stack says.
      thrown.push(String((error as Error).stack));
    }
    check();
    await pause(random() * longestPauseMs);
  }

  // Whatever came before: a fresh start has to play.
  destroyQuietly();
  await view?.detach();
  driver = window.makePlayer({ autoplay: true, bufferSec: 6 });
  view = attach && window.playscope.attach(driver.player as never, attach);
  before = undefined;
  video = videos[0] as HTMLVideoElement;
  video.playbackRate = 1;
  driver.load(sources[0] as string);
  driver.attachMedia(video);
  const plays = await playsWithin(video, endingMs);
  check();
  if (view && plays && view.snapshot().state !== 'playing')
    broken.push(`state ${view.snapshot().state} while it plays`);
  destroyQuietly();
  await view?.detach();
  removeEventListener('error', onError);
  removeEventListener('unhandledrejection', onError);
  return { calls, broken, ours: thrown.filter(isOurs), plays };
}

/** A player's own exception may pass through a method that we wrapped: where it was thrown stands first. */
function isOurs(stack: string): boolean {
  return /^\s+at .*/m.exec(stack)?.[0].includes('playscope.js') ?? false;
}

async function playsWithin(video: HTMLVideoElement, ms: number): Promise<boolean> {
  const ends = performance.now() + ms;
  let from: number | undefined;
  while (performance.now() < ends) {
    await pause(100);
    if (video.paused || video.seeking || video.readyState < 3) continue;
    from ??= video.currentTime;
    if (video.currentTime - from > 0.5) return true;
  }
  return false;
}

Object.assign(globalThis, { fuzz });
