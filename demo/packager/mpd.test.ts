import { expect, test } from 'vitest';
import { loadLoop } from './loop.ts';
import { liveMpd, staticMpd } from './mpd.ts';

const { renditions, segmentSec } = await loadLoop();
const window = { first: 897_837_728, last: 897_837_737, segmentSec };
const published = renditions.map((rendition) => ({ rendition, folder: rendition.name, window }));

test('the live MPD counts time from the Unix epoch, and says how to keep up', () => {
  const mpd = liveMpd(published, { publishedAt: 1_795_675_476_511, timeShiftSec: 20, clock: '../time' });
  expect(/<MPD (.*)>/.exec(mpd)?.[1]?.split(' ')).toEqual([
    'xmlns="urn:mpeg:dash:schema:mpd:2011"',
    'profiles="urn:mpeg:dash:profile:isoff-live:2011"',
    'type="dynamic"',
    'availabilityStartTime="1970-01-01T00:00:00Z"',
    'publishTime="2026-11-26T06:44:36.511Z"',
    'minimumUpdatePeriod="PT2S"',
    'timeShiftBufferDepth="PT20S"',
    'suggestedPresentationDelay="PT6S"',
    'minBufferTime="PT2S"',
  ]);
  expect(mpd).toContain('<Period id="0" start="PT0S">');
  expect(mpd).toContain('<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="../time"/>');
  // In ticks of each rendition's own clock.
  expect(mpd).toContain('<S t="44891886400000" d="50000" r="9"/>');
  expect(mpd).toContain('<S t="86192421888000" d="96000" r="9"/>');
});

test('each rendition is a representation with the peak of its own', () => {
  const mpd = staticMpd(published);
  const sets = mpd.split('<AdaptationSet').slice(1);
  const idsIn = (set = '') => [...set.matchAll(/<Representation id="(\w+)"/g)].map(([, id]) => id);
  expect(sets.map(idsIn)).toEqual([['v180', 'v360', 'v540'], ['audio']]);
  for (const { name, codecs, peakBandwidth } of renditions) {
    expect(mpd).toContain(`<Representation id="${name}" codecs="${codecs}" bandwidth="${peakBandwidth}"`);
    expect(mpd).toContain(`initialization="${name}/init.mp4" media="${name}/seg-$Number$.m4s"`);
  }
});

test('the static MPD has a duration, and nothing to ask for again', () => {
  const mpd = staticMpd(published.map((each) => ({ ...each, window: { first: 0, last: 14, segmentSec } })));
  expect(mpd).toContain('type="static" mediaPresentationDuration="PT30S"');
  expect(mpd).toContain('startNumber="0"');
  expect(mpd).not.toMatch(/minimumUpdatePeriod|UTCTiming|availabilityStartTime/);
});
