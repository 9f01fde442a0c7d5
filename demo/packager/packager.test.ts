import { afterEach, describe, expect, test, vi } from 'vitest';
import { unixMs } from '../clock.ts';
import type { Store } from '../delivery/store.ts';
import { decodeTimeOf, findBox } from './boxes.ts';
import { loadLoop } from './loop.ts';
import { muxSegment, newestSegment } from './mux.ts';
import { startPackager } from './packager.ts';
import { durationOf } from './samples.ts';
import type { PackagerOptions } from './stream.ts';

const loop = await loadLoop();
const loopLength = 15;
const running: { close(): void }[] = [];

afterEach(() => {
  for (const { close } of running.splice(0)) close();
});

function start(options: Partial<PackagerOptions> = {}): Store {
  const store: Store = new Map();
  running.push(startPackager({ loop, store, ...options }));
  return store;
}

/** A clock that runs like the real one, set so that the loop's seam was `segments` segments and a bit ago. */
function justAfterTheSeam(segments: number, lateMs = 0): () => number {
  const seam = Math.ceil(unixMs() / 30_000) * 30_000;
  const shift = seam + (segments + 1) * 2000 + lateMs - unixMs();
  return () => unixMs() + shift;
}

function textOf(store: Store, path: string): string {
  return new TextDecoder().decode(store.get(path)?.bytes);
}

function listedIn(playlist: string) {
  const times = [...playlist.matchAll(/^#EXT-X-PROGRAM-DATE-TIME:(.*)$/gm)].map(([, time]) => Date.parse(time ?? ''));
  const sequences = [...playlist.matchAll(/^seg-(\d+)\.m4s$/gm)].map(([, sequence]) => Number(sequence));
  return sequences.map((sequence, i) => ({ sequence, capturedAt: times[i] ?? Number.NaN }));
}

/** The segments of a rendition by number, as each protocol lists them, and their times in the MPD's timeline. */
function numbersIn(store: Store, name: string) {
  const hls = listedIn(textOf(store, `/live/${name}/index.m3u8`)).map(({ sequence }) => sequence);
  const mpd = textOf(store, '/live/manifest.mpd');
  const [representation = ''] = new RegExp(`<Representation id="${name}".*?</Representation>`, 's').exec(mpd) ?? [];
  const read = (attribute: string) => Number(new RegExp(` ${attribute}="(\\d+)"`).exec(representation)?.[1]);
  const repeats = [...Array(read('r') + 1).keys()];
  return {
    hls,
    dash: repeats.map((i) => read('startNumber') + i),
    times: repeats.map((i) => read('t') + i * read('d')),
  };
}

function tag(playlist: string, name: string): string | undefined {
  return new RegExp(`^#${name}:(.*)$`, 'm').exec(playlist)?.[1];
}

describe('muxing', () => {
  test.each(loop.renditions)('decode times of $name go on without a gap over two seams', (rendition) => {
    let expected = 0;
    for (let sequence = 0; sequence <= 2 * loopLength; sequence++) {
      const bytes = muxSegment(rendition, sequence, 2);
      expect(decodeTimeOf(bytes)).toBe(expected);
      expect(findBox(bytes, 'mfhd').body.getUint32(4)).toBe(sequence);
      expect(bytes.byteLength).toBe(rendition.segments[sequence % loopLength]?.bytes);
      expected += durationOf(bytes);
    }
    expect(expected).toBe((2 * loopLength + 1) * 2 * rendition.timescale);
  });
});

describe('the live stream', { timeout: 20_000 }, () => {
  test('starts with a full playlist, whole over the seam of the loop', () => {
    const now = justAfterTheSeam(4);
    const store = start({ now });
    for (const { name, timescale } of loop.renditions) {
      const playlist = textOf(store, `/live/${name}/index.m3u8`);
      const listed = listedIn(playlist);
      expect(listed).toHaveLength(10);
      expect(tag(playlist, 'EXT-X-TARGETDURATION')).toBe('2');
      expect(tag(playlist, 'EXT-X-MEDIA-SEQUENCE')).toBe(String(listed[0]?.sequence));
      expect(tag(playlist, 'EXT-X-MAP')).toBe('URI="init.mp4"');
      expect(listed.map(({ sequence }) => sequence % loopLength)).toContain(0);
      for (const [i, { sequence, capturedAt }] of listed.entries()) {
        expect(sequence).toBe((listed[0]?.sequence ?? 0) + i);
        expect(capturedAt).toBe(sequence * 2000);
        const object = store.get(`/live/${name}/seg-${sequence}.m4s`);
        expect(decodeTimeOf(object?.bytes ?? new Uint8Array())).toBe((capturedAt / 1000) * timescale);
      }
      // The newest segment was captured to its end, and no later one was.
      const behind = now() - ((listed.at(-1)?.capturedAt ?? 0) + 2000);
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThan(2000);
    }
  });

  test('lists of each rendition the same segments in DASH as in HLS, one that is late included', async () => {
    const now = justAfterTheSeam(4, 1800);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = async (path: string) => (path.includes('/v360/') ? released : undefined);
    const store = start({ now, hold });
    const newest = () => Math.max(...numbersIn(store, 'v180').hls);
    const before = newest();
    await vi.waitUntil(() => newest() > before, { timeout: 8000, interval: 5 });
    for (const { name, timescale } of loop.renditions) {
      const { hls, dash, times } = numbersIn(store, name);
      expect(dash).toEqual(hls);
      expect(dash).toHaveLength(10);
      expect(times).toEqual(dash.map((sequence) => sequence * 2 * timescale));
    }
    expect(Math.max(...numbersIn(store, 'v360').dash)).toBe(before);
    release();
    await vi.waitUntil(() => Math.max(...numbersIn(store, 'v360').dash) === newest(), { timeout: 8000, interval: 5 });
  });

  test('publishes the next segment when its capture has ended, not before', async () => {
    const now = justAfterTheSeam(0, 1800);
    const store = start({ now });
    const next = newestSegment(now(), 2) + 1;
    expect(store.has(`/live/v180/seg-${next}.m4s`)).toBe(false);
    await vi.waitUntil(() => store.has(`/live/v180/seg-${next}.m4s`), { timeout: 8000, interval: 5 });
    expect(now()).toBeGreaterThanOrEqual((next + 1) * 2000);
    const listed = listedIn(textOf(store, '/live/v180/index.m3u8'));
    expect(listed).toHaveLength(10);
    expect(listed.at(-1)?.sequence).toBe(next);
  });

  test('goes on with the same numbers and bytes after a restart', () => {
    const now = justAfterTheSeam(2);
    const [first, second] = [start({ now }), start({ now })];
    expect([...second.keys()]).toEqual([...first.keys()]);
    // An MPD says when it was made, and nothing else differs.
    const lasting = (store: Store, path: string) =>
      Buffer.from(store.get(path)?.bytes ?? [])
        .toString('latin1')
        .replace(/publishTime="[^"]+"/, '');
    const same = [...first.keys()].filter((path) => lasting(first, path) === lasting(second, path));
    expect(same).toHaveLength(first.size);
  });

  test('deletes what left the playlist long ago', async () => {
    const store = start({ now: justAfterTheSeam(0, 1800), listed: 3, kept: 1 });
    const oldest = Math.min(...listedIn(textOf(store, '/live/audio/index.m3u8')).map(({ sequence }) => sequence));
    const kept = () => [...store.keys()].filter((path) => path.startsWith('/live/audio/seg-'));
    expect(kept()).toHaveLength(3);
    await vi.waitUntil(() => !store.has(`/live/audio/seg-${oldest}.m4s`), { timeout: 12_000, interval: 20 });
    expect(kept()).toHaveLength(4);
  });

  test('names what the files hold', () => {
    const master = textOf(start(), '/live/master.m3u8');
    const variants = [...master.matchAll(/^#EXT-X-STREAM-INF:(.*)\n(.*)$/gm)];
    expect(variants.map(([, , uri]) => uri)).toEqual(['v540/index.m3u8', 'v360/index.m3u8', 'v180/index.m3u8']);
    for (const [, attributes = ''] of variants) {
      expect(attributes).toMatch(
        /BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="vp09\.00\.\d\d\.08,opus",RESOLUTION=\d+x\d+/,
      );
      expect(attributes).toMatch(/FRAME-RATE=25\.000,AUDIO="audio"$/);
    }
    expect(master).toMatch(/^#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",.*URI="audio\/index\.m3u8"$/m);
  });
});
