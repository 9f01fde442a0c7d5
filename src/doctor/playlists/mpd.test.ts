import { expect, test } from 'vitest';
import type { Mpd, Representation } from './mpd.ts';
import { codecsOf, segmentOf } from './mpd.ts';

const mpdUrl = 'https://tv.example/live/manifest.mpd';
const representation: Representation = {
  id: 'v1',
  bandwidth: 500_000,
  mimeType: 'video/mp4',
  codecs: 'avc1.64001f',
  baseUrls: [],
  template: {},
  timeline: [],
  listed: [],
};
const mpd: Mpd = {
  isLive: true,
  availabilityStartTime: '2026-01-01T00:00:00Z',
  periodStart: 'PT1M',
  licences: [],
  representations: [],
};

/** The address that a representation with this gets, at a time after 2026 began. */
function address(more: Partial<Representation>, nowSec = 0, isLive = true): string {
  const now = Date.UTC(2026, 0, 1) + nowSec * 1000;
  return segmentOf({ ...mpd, isLive }, { ...representation, ...more }, mpdUrl, now).url;
}

test('of a SegmentTimeline the last but one, by number and by time', () => {
  const timeline = [
    { t: '1000', d: '200', r: '2' },
    { t: null, d: '100', r: null },
  ];
  const template = { media: '$RepresentationID$/$Number%05d$-$Time$.m4s', startNumber: '7' };
  expect(address({ template, timeline })).toBe('https://tv.example/live/v1/00009-1400.m4s');
  const [only] = timeline;
  expect(address({ template, timeline: [{ ...only, d: '200', t: '1000', r: null }] })).toMatch(/00007-1000.m4s$/);
});

test('of durations what the clock says should be there, and of a recording the first', () => {
  const template = { media: 'seg-$Number$.m4s', duration: '4000', timescale: '1000', startNumber: '1' };
  // 60 s into the day the Period began; 40 s later ten segments are over.
  expect(address({ template }, 100)).toBe('https://tv.example/live/seg-8.m4s');
  expect(address({ template }, 100, false)).toBe('https://tv.example/live/seg-1.m4s');
});

test('under every BaseURL on the way; a list; one long object, of which a part is asked for', () => {
  const baseUrls = ['https://cdn.example/a/', 'b/'];
  expect(address({ baseUrls, listed: ['one.m4s', 'two.m4s'] })).toBe('https://cdn.example/a/b/one.m4s');
  expect(segmentOf(mpd, { ...representation, baseUrls: ['video.mp4'] }, mpdUrl, 0)).toEqual({
    url: 'https://tv.example/live/video.mp4',
    isPart: true,
  });
});

test('codecs are listed without subtitles', () => {
  expect(codecsOf({ ...representation, codecs: 'stpp' })).toEqual([]);
  expect(codecsOf(representation)).toEqual(['avc1.64001f']);
});
