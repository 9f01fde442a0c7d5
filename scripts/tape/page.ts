// The page of a recording: hls.js with its adapter, whose words are kept, beside a witness that knows nothing of it.
import Hls from 'hls.js';
import { probe } from '../../e2e/page/eye.ts';
import { hls as adapter } from '../../src/adapters/hls.ts';
import type { PlaybackEvent } from '../../src/core/events.ts';
import { now } from '../../src/page/clock.ts';
import { guard } from '../../src/page/guard.ts';

type Witness = {
  askedAt: number;
  sizes: { at: number; height: number }[];
  startSec: number;
  seeks: { at: number; from: number; to: number; shownAt: number }[];
  pauses: { from: number; to: number }[];
  fatal?: { at: number; details: string };
  endedAt?: number;
};

export type Recording = {
  readonly player: string;
  readonly events: readonly PlaybackEvent[];
  readonly witness: Witness & {
    firstFrameAt: number;
    gaps: readonly { from: number; ms: number }[];
    endSec: number;
    leftAt: number;
  };
  /** Anything of ours that threw. */
  readonly faults: readonly string[];
};

const video = document.querySelector('video') as HTMLVideoElement;
const eye = probe(video);
const events: PlaybackEvent[] = [];
const witness: Witness = { askedAt: 0, startSec: 0, sizes: [], seeks: [], pauses: [] };
const faults: string[] = [];
const leaving = new AbortController();
let hls: Hls;

video.addEventListener('resize', () => witness.sizes.push({ at: now(), height: video.videoHeight }));
video.addEventListener(
  'playing',
  () => {
    witness.startSec = video.currentTime;
  },
  { once: true },
);
video.addEventListener('ended', () => {
  witness.endedAt = now();
});

function begin(source: string, config: object): void {
  hls = new Hls(config);
  hls.on(Hls.Events.ERROR, (_, { fatal, details }) => {
    if (fatal) witness.fatal ??= { at: now(), details };
  });
  adapter.watch(hls as never, {
    signal: leaving.signal,
    now,
    emit: (event) => void events.push(event),
    carry: () => ({}),
    guard: guard((error) => faults.push(String(error))),
  });
  hls.loadSource(source);
  hls.attachMedia(video);
  witness.askedAt = now();
  video.play().catch(() => {});
}

/** Jumps, and waits until a frame of the new place is painted. */
async function seek(by: number): Promise<void> {
  const [at, from] = [now(), video.currentTime];
  const to = from + by;
  video.currentTime = to;
  await new Promise((shown) => video.addEventListener('seeked', shown, { once: true }));
  const shownAt = await new Promise<number>((shown) =>
    video.requestVideoFrameCallback((_, { presentationTime }) => shown(presentationTime)),
  );
  witness.seeks.push({ at, from, to, shownAt });
}

function pause(): void {
  witness.pauses.push({ from: now(), to: Number.NaN });
  video.pause();
}

function resume(): void {
  const last = witness.pauses.at(-1);
  if (last) last.to = now();
  video.play().catch(() => {});
}

/** Stops loading; what is in flight is told as aborted. */
const stop = () => hls.stopLoad();

/** Requests under these addresses that have ended, as the browser counts them. */
const ended = (...origins: string[]) =>
  performance
    .getEntriesByType('resource')
    .filter(({ name }) => /\.(m3u8|m4s|mp4)$/.test(name) && origins.some((origin) => name.startsWith(origin))).length;

function end(): Recording {
  leaving.abort();
  const leftAt = now();
  events.push({ type: 'quit', at: leftAt, reason: 'detach' });
  const seen = {
    firstFrameAt: eye.firstFrameAt() ?? Number.NaN,
    gaps: eye.gaps(300),
    endSec: video.currentTime,
    leftAt,
  };
  return { player: `hls.js ${Hls.version}`, events, witness: { ...witness, ...seen }, faults };
}

const tape = {
  begin,
  seek,
  pause,
  resume,
  stop,
  ended,
  end,
  events,
  now,
  video,
  show: (level: number) => {
    hls.nextLevel = level;
  },
  levels: () => hls.levels.length,
};
Object.assign(globalThis, { tape });
export type TapePage = typeof tape;
