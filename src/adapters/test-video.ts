import { vi } from 'vitest';
import { CountingTarget } from './contract.ts';

type Frame = (now: number, metadata: { presentationTime: number; presentedFrames: number }) => void;
const frameMs = 40;

/** A media element for Node, under fake timers: it plays as the test says, and tells what a browser tells. */
export class TestVideo extends CountingTarget {
  paused = true;
  ended = false;
  seeking = false;
  autoplay = false;
  currentTime = 0;
  currentSrc = '';
  readyState = 0;
  playbackRate = 1;
  videoWidth = 1280;
  error: { code: number; message: string } | null = null;
  /** Where the buffer ends. */
  bufferedTo = 60;
  /** What is missing before that. */
  gap: { readonly from: number; readonly to: number } | undefined;
  totalVideoFrames = 0;
  droppedVideoFrames = 0;
  readonly ownerDocument = Object.assign(new CountingTarget(), { visibilityState: 'visible', hidden: false });
  readonly callbacks = new Map<number, Frame>();
  broken = false;
  private handles = 0;

  get buffered() {
    if (this.broken) throw new Error('broken');
    const { from, to } = this.gap ?? {};
    const ranges =
      from === undefined
        ? [[0, this.bufferedTo]]
        : [
            [0, from],
            [to, this.bufferedTo],
          ];
    return {
      length: ranges.length,
      start: (range: number) => ranges[range]?.[0] as number,
      end: (range: number) => ranges[range]?.[1] as number,
    };
  }

  get element(): HTMLVideoElement {
    return this as unknown as HTMLVideoElement;
  }

  listeners(): number {
    return this.listening + this.ownerDocument.listening + this.callbacks.size;
  }

  getAttribute() {
    return null;
  }

  getVideoPlaybackQuality() {
    return { totalVideoFrames: this.totalVideoFrames, droppedVideoFrames: this.droppedVideoFrames };
  }

  requestVideoFrameCallback(run: Frame) {
    this.handles += 1;
    this.callbacks.set(this.handles, run);
    return this.handles;
  }

  cancelVideoFrameCallback(handle: number) {
    this.callbacks.delete(handle);
  }

  fire(type: string, target: EventTarget = this) {
    const event = new Event(type);
    Object.defineProperty(event, 'timeStamp', { value: performance.now() });
    target.dispatchEvent(event);
  }

  load(source: string) {
    Object.assign(this, { currentSrc: source, currentTime: 0, readyState: 0, paused: true, ended: false });
    this.fire('emptied');
    this.fire('loadstart');
  }

  /** Asked to play; nothing moves yet. */
  ask() {
    Object.assign(this, { paused: false, ended: false });
    this.fire('play');
  }

  /** Time passes while the picture moves; `frozen`: the sound alone does. */
  run(ms: number, { frozen = false } = {}) {
    this.readyState = 4;
    for (let passed = 0; passed < ms; passed += frameMs) {
      vi.advanceTimersByTime(frameMs);
      this.currentTime += (frameMs / 1000) * this.playbackRate;
      if (!frozen) this.paint();
      if (passed % 240 === 0) this.fire('timeupdate');
    }
  }

  paint() {
    this.totalVideoFrames += 1;
    const due = [...this.callbacks.values()];
    this.callbacks.clear();
    const metadata = { presentationTime: performance.now(), presentedFrames: this.totalVideoFrames };
    for (const run of due) run(performance.now(), metadata);
  }

  /** Time passes and nothing moves. */
  stand(ms: number) {
    vi.advanceTimersByTime(ms);
  }

  start(ms = 400) {
    this.ask();
    this.run(ms);
    this.fire('playing');
  }

  starve() {
    this.readyState = 2;
    this.bufferedTo = this.currentTime;
    this.fire('waiting');
  }

  pause() {
    this.paused = true;
    this.fire('pause');
  }

  seek(to: number) {
    Object.assign(this, { seeking: true, currentTime: to, readyState: 1 });
    this.fire('seeking');
  }

  sought() {
    Object.assign(this, { seeking: false, readyState: 4, bufferedTo: this.currentTime + 30 });
    this.fire('seeked');
  }

  end() {
    Object.assign(this, { ended: true, paused: true });
    this.fire('pause');
    this.fire('ended');
  }

  visible(visible: boolean) {
    Object.assign(this.ownerDocument, { visibilityState: visible ? 'visible' : 'hidden', hidden: !visible });
    this.fire('visibilitychange', this.ownerDocument);
  }
}
