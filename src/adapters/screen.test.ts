import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testWatch } from './contract.ts';
import { screen } from './screen.ts';
import { TestVideo } from './test-video.ts';

const low = { bitrate: 800_000, height: 360 };
const high = { bitrate: 3_000_000, height: 720 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());

/** A picture that shows the low rendition. */
function showing() {
  const told = testWatch();
  const video = new TestVideo();
  const sample = vi.fn();
  const onScreen = screen(told.watch, sample);
  onScreen.watch(video.element, told.watch.signal);
  onScreen.show(low);
  sample.mockClear();
  const bitrates = () => told.of('quality').map(({ rendition }) => rendition.bitrate);
  return { ...told, onScreen, video, sample, bitrates };
}

test('the first is on screen when the player says so', () => {
  expect(showing().bitrates()).toEqual([low.bitrate]);
});

test('a player that is early waits for the picture', () => {
  const { onScreen, video, of, bitrates } = showing();
  onScreen.show(high);
  vi.advanceTimersByTime(700);
  expect(bitrates()).toEqual([low.bitrate]);
  video.fire('resize');
  expect(of('quality').at(-1)).toMatchObject({ at: performance.now(), rendition: high });
});

test('for a player that is late, what was rendered up to the picture belongs to the one before', () => {
  const { onScreen, video, sample, bitrates } = showing();
  video.fire('resize');
  expect(sample).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(150);
  onScreen.show(high);
  expect(bitrates()).toEqual([low.bitrate, high.bitrate]);
  expect(sample).toHaveBeenCalledTimes(1);
});

test('one that was only on its way, and is taken back, was never on screen', () => {
  const { onScreen, video, bitrates } = showing();
  onScreen.show(high);
  onScreen.show(low);
  video.fire('resize');
  vi.advanceTimersByTime(10_000);
  expect(bitrates()).toEqual([low.bitrate, low.bitrate]);
});

test.each([
  ['of the same size', { ...high, height: 360 }],
  ['of no known size', { bitrate: high.bitrate }],
])('one %s is told at once', (_, rendition) => {
  const { onScreen, bitrates } = showing();
  onScreen.show(rendition);
  expect(bitrates()).toEqual([low.bitrate, high.bitrate]);
});

test('in a hidden page nothing changes its size', () => {
  const { onScreen, video, bitrates } = showing();
  video.visible(false);
  onScreen.show(high);
  expect(bitrates()).toEqual([low.bitrate, high.bitrate]);
});

test('a picture that never changes its size does not hold a rendition back for ever', () => {
  const { onScreen, bitrates } = showing();
  onScreen.show(high);
  vi.advanceTimersByTime(4000);
  expect(bitrates()).toEqual([low.bitrate, high.bitrate]);
});

test('after another source the first is told at once', () => {
  const { onScreen, bitrates } = showing();
  onScreen.reset();
  onScreen.show(high);
  expect(bitrates()).toEqual([low.bitrate, high.bitrate]);
});

test('nothing is told after the end', () => {
  const { onScreen, video, detach, events } = showing();
  onScreen.show(high);
  detach();
  const before = events.length;
  video.fire('resize');
  vi.advanceTimersByTime(10_000);
  expect(events).toHaveLength(before);
});
