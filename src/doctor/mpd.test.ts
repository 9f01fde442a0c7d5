import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readMpd } from './mpd.ts';

const url = 'https://tv.example/live/manifest.mpd';
const midnight = Date.UTC(2026, 0, 1);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** An MPD with one representation, which began with the year; `set`: what its adaptation set has besides. */
function mpd(set: string, { type = 'dynamic', codecs = 'avc1.64001f', base = '' } = {}) {
  const length = type === 'static' ? 'mediaPresentationDuration="PT40S"' : 'timeShiftBufferDepth="PT1M"';
  return `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="${type}" ${length}
    availabilityStartTime="2026-01-01T00:00:00Z" minimumUpdatePeriod="PT4S">${base}
    <Period id="p" start="PT60S"><AdaptationSet mimeType="video/mp4">${set}
    <Representation id="v1" bandwidth="500000" codecs="${codecs}"/></AdaptationSet></Period></MPD>`;
}

/** The segment that is asked for, at a time after 2026 began. */
function segmentOf(text: string, sec = 0) {
  vi.setSystemTime(midnight + sec * 1000);
  return readMpd(text, url)?.representations[0]?.segment;
}

const timed = '<SegmentTemplate media="seg-$Number$.m4s" timescale="1000" duration="4000" startNumber="1"/>';

test('of durations one that the clock says is over, and of a recording the first', () => {
  // 60 s into the day the Period began; 40 s later ten segments are over.
  expect(segmentOf(mpd(timed), 100)?.url).toMatch(/^https:\/\/tv\.example\/live\/seg-([789]|10)\.m4s$/);
  expect(segmentOf(mpd(timed, { type: 'static' }))?.url).toBe('https://tv.example/live/seg-1.m4s');
});

test('of a SegmentTimeline a newer one, by number and by time', () => {
  const timeline = `<SegmentTemplate media="$RepresentationID$/$Number%05d$-$Time$.m4s" startNumber="7"><SegmentTimeline>
    <S t="1000" d="200" r="2"/><S d="100"/></SegmentTimeline></SegmentTemplate>`;
  expect(segmentOf(mpd(timeline), 100)?.url).toBe('https://tv.example/live/v1/00008-1200.m4s');
});

test('under every BaseURL on the way; a list; one long object, of which a part is asked for', () => {
  const base = '<BaseURL>https://cdn.example/a/</BaseURL>';
  const list = '<BaseURL>b/</BaseURL><SegmentList duration="4"><SegmentURL media="one.m4s"/></SegmentList>';
  expect(segmentOf(mpd(list, { type: 'static', base }))).toEqual({
    url: 'https://cdn.example/a/b/one.m4s',
    isPart: false,
  });
  const long = '<BaseURL>video.mp4</BaseURL>';
  const indexed = `${long}<SegmentBase indexRange="100-200"><Initialization range="0-99"/></SegmentBase>`;
  for (const each of [long, indexed]) {
    expect(segmentOf(mpd(each, { type: 'static' }))).toEqual({
      url: 'https://tv.example/live/video.mp4',
      isPart: true,
    });
  }
});

test('codecs without subtitles, and licences with their addresses', () => {
  const licence = `<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e">
    <dashif:Laurl xmlns:dashif="https://dashif.org/CPS">/licence</dashif:Laurl></ContentProtection>`;
  const read = readMpd(mpd(licence + timed, { codecs: 'avc1.64001f,stpp' }), url);
  expect(read?.representations[0]?.codecs).toEqual(['avc1.64001f']);
  expect(read?.licences).toEqual(['https://tv.example/licence']);
});

test.each(['', '<html></html>', '#EXTM3U'])('%j is none', (text) => {
  expect(readMpd(text, url)).toBeUndefined();
});
