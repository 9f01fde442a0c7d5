// The witness: every painted frame, the playhead and the element's events, kept without the SDK, which must not prove itself.
// Put into each page before its own scripts; it watches the page's first video.
import { boxes } from '../../demo/packager/boxes.ts';
import type { Frame, Loaded, Sight } from '../sight.ts';

export type Witness = ReturnType<typeof witness>;

const told = ['play', 'pause', 'seeking', 'seeked', 'ended', 'emptied', 'ratechange'] as const;
const playheadEveryMs = 50;
const longestIntervalSec = 0.5;

function witness(video: HTMLVideoElement) {
  const frames: Frame[] = [];
  const happenings: Sight['happenings'][number][] = [];
  const playhead: Sight['playhead'][number][] = [];
  const loaded: Loaded[] = [];
  let paintedSec = 0;
  let last: Frame | undefined;

  const see: VideoFrameRequestCallback = (_, { presentationTime, mediaTime, width, height, presentedFrames }) => {
    const frame = {
      at: presentationTime,
      mediaSec: mediaTime,
      width,
      height,
      presented: presentedFrames,
      moving: !video.paused && !video.seeking,
      aheadSec: aheadSec(video),
    };
    const moved = last ? mediaTime - last.mediaSec : 0;
    if (moved > 0 && moved < longestIntervalSec) paintedSec += moved;
    last = frame;
    frames.push(frame);
    video.requestVideoFrameCallback(see);
  };
  video.requestVideoFrameCallback(see);
  for (const type of told) {
    video.addEventListener(type, ({ timeStamp: at }) => {
      happenings.push({ at, type, positionSec: video.currentTime, rate: video.playbackRate });
    });
  }
  document.addEventListener('visibilitychange', ({ timeStamp: at }) => {
    const type = document.hidden ? 'hidden' : 'shown';
    happenings.push({ at, type, positionSec: video.currentTime, rate: video.playbackRate });
  });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries() as PerformanceResourceTiming[]) {
      const { name, startTime, requestStart, responseStart, responseEnd } = each;
      loaded.push({ path: new URL(name).pathname, startTime, requestStart, responseStart, responseEnd });
    }
  }).observe({ type: 'resource' });
  setInterval(() => {
    const { currentTime: positionSec } = video;
    if (positionSec !== playhead.at(-1)?.positionSec) playhead.push({ at: performance.now(), positionSec });
  }, playheadEveryMs);

  return {
    /** How long nothing new was painted, ms. */
    standsForMs: () => (last ? performance.now() - last.at : 0),
    /** Media seconds painted so far, jumps left out. */
    paintedSec: () => paintedSec,
    frames: () => frames.length,
    /** Wall clock minus capture time of the frame on screen; undefined before a segment with a number was appended. */
    behindLiveSec: () =>
      last && capturedSec !== undefined ? Date.now() / 1000 - (last.mediaSec + capturedSec) : undefined,
    quality: () => {
      const { totalVideoFrames: total, droppedVideoFrames: dropped } = video.getVideoPlaybackQuality();
      return { total, dropped };
    },
    sight: (): Sight => ({ timeOrigin: performance.timeOrigin, frames, happenings, playhead, loaded }),
  };
}

function aheadSec({ buffered, currentTime }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    if (buffered.start(range) <= currentTime && buffered.end(range) >= currentTime)
      return buffered.end(range) - currentTime;
  }
  return 0;
}

// The packager numbers segments from the Unix epoch (mfhd), whatever a player makes of their times (tfdt): so the bytes that
// reach the decoder tell which moment was captured at which position.
// How long each of them is (a segment, or a part of one) says the clock.
const shortestSec = 0.5;
const timescales = new WeakMap<SourceBuffer, number>();
let capturedSec: number | undefined;

function readNumber(buffer: SourceBuffer, data: BufferSource) {
  const bytes =
    data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let sequence: number | undefined;
  for (const { type, body } of boxes(bytes)) {
    const long = body.byteLength > 0 && body.getUint8(0) === 1;
    if (type === 'mdhd') timescales.set(buffer, body.getUint32(long ? 20 : 12));
    if (type === 'mfhd') sequence = body.getUint32(4);
    const timescale = timescales.get(buffer);
    if (type !== 'tfdt' || sequence === undefined || !timescale) continue;
    const decodeTime = long ? Number(body.getBigUint64(4)) : body.getUint32(4);
    const eachSec = Math.round(Date.now() / 1000 / sequence / shortestSec) * shortestSec;
    capturedSec = sequence * eachSec - (decodeTime / timescale + buffer.timestampOffset);
  }
}

const { appendBuffer } = SourceBuffer.prototype;
SourceBuffer.prototype.appendBuffer = function (data) {
  try {
    readNumber(this, data);
  } catch {
    // Not whole segments: then there is no number to read.
  }
  return appendBuffer.call(this, data);
};

document.addEventListener('DOMContentLoaded', () => {
  const video = document.querySelector('video');
  if (video) Object.assign(globalThis, { witness: witness(video) });
});
