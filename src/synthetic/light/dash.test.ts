import { expect, test } from 'vitest';
import { dashManifests } from './dash.ts';

const representation = (id: string, bandwidth: number, size = '') =>
  `<Representation id="${id}" bandwidth="${bandwidth}" codecs="c-${id}" ${size}>
    <SegmentTemplate timescale="1000" startNumber="50" initialization="${id}/init.mp4" media="${id}/$Number$.m4s">
      <SegmentTimeline><S t="100000" d="2000" r="4"/></SegmentTimeline>
    </SegmentTemplate>
  </Representation>`;

const mpd = (attributes: string) => `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" availabilityStartTime="2026-01-01T00:00:00Z" minBufferTime="PT2S" ${attributes}>
  <Period id="0" start="PT0S">
    <AdaptationSet contentType="video" mimeType="video/mp4">
      ${representation('high', 900000, 'width="1280" height="720"')}
      ${representation('low', 300000, 'width="640" height="360"')}
    </AdaptationSet>
    <AdaptationSet contentType="audio" mimeType="audio/mp4">${representation('sound', 64000)}</AdaptationSet>
  </Period>
</MPD>`;

const url = 'https://cdn.example/live/main.mpd';
const read = (text: string) => dashManifests(text, url)[0]?.read(text);

test('the lowest picture and the sound, by their own numbers', () => {
  const tracks = read(mpd('type="dynamic" minimumUpdatePeriod="PT2S"'))?.tracks ?? [];
  expect(tracks.map(({ objectType, segments }) => [objectType, segments.length])).toEqual([
    ['video', 5],
    ['audio', 5],
  ]);
  expect(tracks[0]?.rendition).toEqual({
    bitrate: 364000,
    audioBitrate: 64000,
    width: 640,
    height: 360,
    codecs: 'c-low,c-sound',
  });
  expect(tracks[0]?.segments[1]).toEqual({
    ...{ url: 'https://cdn.example/live/low/51.m4s', range: undefined, sequence: 51, startSec: 102, durationSec: 2 },
    init: { url: 'https://cdn.example/live/low/init.mp4', range: undefined },
    capturedAtMs: Date.UTC(2026, 0, 1, 0, 1, 42),
  });
});

test.each([
  ['the suggested delay', 'suggestedPresentationDelay="PT3S"', 107],
  ['four segments without one', '', 102],
])('a live viewer begins behind the clock by %s', (_, delay, expected) => {
  const listing = read(mpd(`type="dynamic" minimumUpdatePeriod="PT2S" ${delay}`));
  expect(listing?.isLive).toBe(true);
  expect(listing?.beginsAtSec(Date.UTC(2026, 0, 1, 0, 1, 50))).toBe(expected);
});

test('one who comes late to a stream that stands still begins with what there is', () => {
  const listing = read(mpd('type="dynamic" minimumUpdatePeriod="PT2S"'));
  expect(listing?.beginsAtSec(Date.UTC(2026, 0, 1, 1))).toBe(108);
});

test('on demand it begins at the beginning, and no capture is claimed', () => {
  const listing = read(mpd('type="static" mediaPresentationDuration="PT110S"'));
  expect([listing?.isLive, listing?.beginsAtSec(Date.now())]).toEqual([false, 100]);
  expect(listing?.tracks[0]?.segments[0]?.capturedAtMs).toBeUndefined();
});

test.each(['<html></html>', '#EXTM3U', ''])('what is no MPD is refused: %s', (text) => {
  expect(() => dashManifests(text, url)).toThrow();
});
