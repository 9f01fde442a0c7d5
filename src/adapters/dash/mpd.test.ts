import { describe, expect, test } from 'vitest';
import type { Mpd } from './mpd.ts';
import { newestSegments } from './mpd.ts';

type Entry = { t?: number; d: number; r?: number };
type Template = { timescale?: number; presentationTimeOffset?: number; startNumber?: number; SegmentTimeline?: object };

const timeline = (...entries: Entry[]) => ({ SegmentTimeline: { S: entries } });
const videoSet = (template: Template, more: object = {}) => ({
  contentType: 'video',
  Representation: [{ id: 'v', SegmentTemplate: template }],
  ...more,
});
const live = (sets: object[], period: object = {}): Mpd => ({
  type: 'dynamic',
  Period: [{ AdaptationSet: sets, ...period }],
});

/** The edge of one representation, in a period that starts at 0. */
const edgeOf = (template: Template, period: object = {}) => newestSegments(live([videoSet(template)], period)).get('v');

describe('the newest segment of a timeline', () => {
  const two = { timescale: 1000, startNumber: 7 };
  test.each<[string, Template, object]>([
    ['one entry', { ...two, ...timeline({ t: 0, d: 2000 }) }, { sequence: 7, targetDurationSec: 2, endSec: 2 }],
    ['repeated', { ...two, ...timeline({ t: 0, d: 2000, r: 3 }) }, { sequence: 10, endSec: 8 }],
    [
      'an entry without t follows',
      { ...two, ...timeline({ t: 4000, d: 2000 }, { d: 2000 }) },
      { sequence: 8, endSec: 8 },
    ],
    ['after a gap', { ...two, ...timeline({ t: 0, d: 2000 }, { t: 6000, d: 2000 }) }, { sequence: 8, endSec: 8 }],
    [
      'of several lengths the longest is the target',
      { ...two, ...timeline({ t: 0, d: 1000 }, { d: 2500 }, { d: 2000, r: 1 }) },
      { sequence: 10, targetDurationSec: 2.5, endSec: 7.5 },
    ],
    ['without t at all', { ...two, ...timeline({ d: 2000, r: 1 }) }, { sequence: 8, endSec: 4 }],
    ['a timescale of 1 by default', { startNumber: 1, ...timeline({ t: 10, d: 2 }) }, { sequence: 1, endSec: 12 }],
    [
      'media time that begins elsewhere',
      { ...two, presentationTimeOffset: 90_000, ...timeline({ t: 90_000, d: 2000, r: 4 }) },
      { sequence: 11, endSec: 10 },
    ],
    ['addressed by time: one that grows by one', timeline({ t: 100, d: 2, r: 4 }), { sequence: 55, endSec: 110 }],
  ])('%s', (_, template, edge) => {
    expect(edgeOf(template)).toMatchObject(edge);
  });

  test('grows by one with each segment as the window slides, numbers or none', () => {
    for (const startNumber of [5, undefined]) {
      const at = (first: number) =>
        edgeOf({
          ...(startNumber !== undefined && { startNumber: startNumber + first }),
          ...timeline({ t: first * 2, d: 2, r: 9 }),
        })?.sequence ?? Number.NaN;
      expect([1, 2, 3].map((first) => at(first) - at(0))).toEqual([1, 2, 3]);
    }
  });

  test('is in the time of the presentation, from the start of its period on', () => {
    expect(edgeOf(timeline({ t: 0, d: 2 }), { start: 60 })?.endSec).toBe(62);
  });
});

describe('no edge', () => {
  test.each<[string, Mpd]>([
    ['on demand', { ...live([videoSet(timeline({ t: 0, d: 2 }))]), type: 'static' }],
    ['without a period', { type: 'dynamic' }],
    ['without a SegmentTimeline', live([videoSet({ startNumber: 1, timescale: 1 })])],
    ['without a SegmentTemplate', live([{ contentType: 'video', Representation: [{ id: 'v' }] }])],
    ['an empty timeline', live([videoSet(timeline())])],
    ['repeated for good', live([videoSet(timeline({ t: 0, d: 2 }, { d: 2, r: -1 }))])],
    ['repeated until the next entry', live([videoSet(timeline({ t: 0, d: 2, r: -1 }, { t: 20, d: 2 }))])],
    ['sound alone', live([videoSet(timeline({ t: 0, d: 2 }), { contentType: 'audio' })])],
  ])('%s', (_, mpd) => {
    expect(newestSegments(mpd).size).toBe(0);
  });
});

describe('which', () => {
  test('the last period counts', () => {
    const set = (t: number) => videoSet({ startNumber: 1, ...timeline({ t, d: 2 }) });
    const Period = [
      { start: 0, AdaptationSet: [set(100)] },
      { start: 50, AdaptationSet: [set(0)] },
    ];
    expect(newestSegments({ type: 'dynamic', Period }).get('v')?.endSec).toBe(52);
  });

  test('each representation has its own', () => {
    const of = (id: string, r: number) => ({ id, SegmentTemplate: { startNumber: 1, ...timeline({ t: 0, d: 2, r }) } });
    const sets = [{ contentType: 'video', Representation: [of('low', 3), of('high', 2)] }];
    const newest = [...newestSegments(live(sets))].map(([id, edge]) => [id, edge.sequence]);
    expect(newest).toEqual([
      ['low', 4],
      ['high', 3],
    ]);
  });

  test('a set that does not say what it is counts as the picture', () => {
    const unnamed = videoSet(timeline({ t: 0, d: 2 }), { contentType: undefined });
    expect(newestSegments(live([unnamed])).size).toBe(1);
  });

  test('version 4 keeps lists beside the elements, which are one where there is one', () => {
    const S = { t: 0, d: 2, r: 2 };
    const SegmentTemplate = { startNumber: 1, SegmentTimeline: { S, S_asArray: [S] } };
    const Representation = { id: 'v', SegmentTemplate };
    const AdaptationSet = { contentType: 'video', Representation, Representation_asArray: [Representation] };
    const Period = { start: 0, AdaptationSet, AdaptationSet_asArray: [AdaptationSet] };
    const listed = newestSegments({ type: 'dynamic', Period, Period_asArray: [Period] });
    expect(listed.get('v')).toMatchObject({ sequence: 3, endSec: 6 });
    expect(newestSegments({ type: 'dynamic', Period })).toEqual(listed);
    expect(newestSegments({ type: 'dynamic', Period_asArray: [Period] })).toEqual(listed);
  });
});
