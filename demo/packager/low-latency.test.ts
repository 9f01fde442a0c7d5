import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RuleOrder } from '../delivery/rule.ts';
import type { Running } from '../listen.ts';
import { startOrigin } from '../origin.ts';
import { decodeTimeOf } from './boxes.ts';

let origin: Running;

beforeAll(async () => {
  origin = await startOrigin({ port: 0, host: '127.0.0.1', lowLatency: true });
});
afterEach(() => get('/faults', { method: 'DELETE' }));
afterAll(() => origin.close());

const get = (path: string, init?: RequestInit) => fetch(origin.url + path, init);
const add = (order: RuleOrder) => get('/faults', { method: 'POST', body: JSON.stringify(order) });

async function playlist(name: string, query = '') {
  const text = await (await get(`/ll/${name}/index.m3u8${query}`)).text();
  const parts = [
    ...text.matchAll(/^#EXT-X-PART:DURATION=([\d.]+),URI="seg-(\d+)\.(\d)\.m4s"(,INDEPENDENT=YES)?$/gm),
  ].map(([, duration, sequence, index, independent]) => ({
    durationSec: Number(duration),
    sequence: Number(sequence),
    index: Number(index),
    isIndependent: independent !== undefined,
  }));
  const [, sequence, index] = /^#EXT-X-PRELOAD-HINT:TYPE=PART,URI="seg-(\d+)\.(\d)\.m4s"$/m.exec(text) ?? [];
  return { text, parts, hint: { sequence: Number(sequence), index: Number(index) } };
}

/** The number of a segment whose capture has only just begun. */
async function nextSegment(name: string): Promise<number> {
  const { hint } = await playlist(name);
  const { parts } = await playlist(name, `?_HLS_msn=${hint.sequence}`);
  return (parts.at(-1)?.sequence ?? 0) + 1;
}

/** When the capture of a part ends (Unix ms): video changes hands between two frames, the sound at each half second. */
const dueAt = (sequence: number, index: number, name: string) =>
  sequence * 2000 + (index + 1) * 500 + (name !== 'audio' && index % 2 === 0 ? 20 : 0);

test('a page is told that the stream is there', async () => {
  expect(await (await get('/streams')).json()).toEqual(['live', 'll', 'encrypted']);
});

describe('HLS', { timeout: 20_000 }, () => {
  test.each(['v540', 'audio'])('%s lists parts that make up its segments, and hints at the next', async (name) => {
    const { text, parts, hint } = await playlist(name);
    const target = Number(/^#EXT-X-PART-INF:PART-TARGET=([\d.]+)$/m.exec(text)?.[1]);
    const [, holdBack] = /^#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=([\d.]+),/m.exec(text) ?? [];
    expect(target).toBe(name === 'audio' ? 0.5 : 0.52);
    expect(Number(holdBack)).toBeCloseTo(3 * target);
    const whole = parts.filter(({ sequence }) => sequence < (parts.at(-1)?.sequence ?? 0));
    expect(whole.length % 4).toBe(0);
    expect(whole.reduce((sum, { durationSec }) => sum + durationSec, 0)).toBeCloseTo(whole.length / 2);
    for (const { durationSec, index, isIndependent } of parts) {
      expect(durationSec).toBeLessThanOrEqual(target);
      expect(durationSec).toBeGreaterThanOrEqual(0.85 * target);
      expect(isIndependent).toBe(name === 'audio' || index === 0);
    }
    const { sequence = 0, index = 0 } = parts.at(-1) ?? {};
    expect(hint).toEqual(index === 3 ? { sequence: sequence + 1, index: 0 } : { sequence, index: index + 1 });
    expect(
      text.match(/^#EXT-X-RENDITION-REPORT:URI="\.\.\/\w+\/index\.m3u8",LAST-MSN=\d+,LAST-PART=\d$/gm),
    ).toHaveLength(3);
    expect(text.match(/^seg-\d+\.m4s$/gm)?.length).toBeGreaterThanOrEqual(10);
  });

  test('a playlist that is asked to have the next part comes when it has', async () => {
    const { hint } = await playlist('v360');
    const after = await playlist('v360', `?_HLS_msn=${hint.sequence}&_HLS_part=${hint.index}`);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt(hint.sequence, hint.index, 'v360') - 5);
    expect(after.parts.at(-1)).toMatchObject(hint);
  });

  test('the part that is hinted at comes when its capture has ended, and begins there', async () => {
    const { hint } = await playlist('audio');
    const response = await get(`/ll/audio/seg-${hint.sequence}.${hint.index}.m4s`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt(hint.sequence, hint.index, 'audio') - 5);
    expect(Number(response.headers.get('content-length'))).toBe(bytes.byteLength);
    expect(decodeTimeOf(bytes) / 48_000).toBeCloseTo(hint.sequence * 2 + hint.index * 0.5);
  });

  test('what cannot be near is refused, what does not come in time is given up', async () => {
    const { hint } = await playlist('v180');
    expect((await get(`/ll/v180/index.m3u8?_HLS_msn=${hint.sequence + 9}`)).status).toBe(400);
    await add({ match: '/ll/v180/seg-*', effect: 'late', value: 60_000 });
    const began = performance.now();
    const response = await get(`/ll/v180/index.m3u8?_HLS_msn=${hint.sequence + 1}`);
    expect(response.status).toBe(503);
    expect(performance.now() - began).toBeGreaterThanOrEqual(5990);
  });
});

describe('DASH', { timeout: 20_000 }, () => {
  test('the MPD lets players in on a segment from its first chunk on, and names its clock', async () => {
    const mpd = await (await get('/ll/manifest.mpd')).text();
    expect(mpd).toContain('<Latency referenceId="0" target="2000"');
    expect(
      mpd.match(/duration="50000" availabilityTimeOffset="1\.48" availabilityTimeComplete="false"\/>/g),
    ).toHaveLength(3);
    expect(
      mpd.match(/<ProducerReferenceTime id="0" type="encoder" wallClockTime="1970-01-01T00:00:00Z"/g),
    ).toHaveLength(2);
  });

  test('a segment that is being captured is sent chunk by chunk, each when it was captured', async () => {
    const sequence = await nextSegment('v540');
    const path = `/ll/v540/seg-${sequence}.m4s`;
    const response = await get(path);
    expect(response.headers.has('content-length')).toBe(false);
    const received: Uint8Array[] = [];
    const arrivals: { at: number; size: number }[] = [];
    for await (const bytes of response.body ?? []) {
      received.push(bytes);
      arrivals.push({ at: Date.now(), size: Buffer.concat(received).byteLength });
    }
    const ends = await partEnds('v540', sequence);
    for (const { at, size } of arrivals) {
      const index = ends.findIndex((end) => size <= end);
      expect(at).toBeGreaterThanOrEqual(dueAt(sequence, index, 'v540') - 5);
    }
    expect(arrivals[0]?.at).toBeLessThan(dueAt(sequence, 1, 'v540'));
    const whole = await get(path);
    expect(Number(whole.headers.get('content-length'))).toBe(ends.at(-1));
    expect(Buffer.compare(Buffer.concat(received), new Uint8Array(await whole.arrayBuffer()))).toBe(0);
  });

  test('a chunk that is late holds up the transfer that waits for it', async () => {
    const sequence = await nextSegment('v360');
    await add({ match: `/ll/v360/seg-${sequence}.2.m4s`, effect: 'late', value: 700 });
    await (await get(`/ll/v360/seg-${sequence}.m4s`)).arrayBuffer();
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt(sequence, 2, 'v360') + 695);
  });

  test('a chunk whose playlist is slow is sent, and listed later', async () => {
    const sequence = await nextSegment('v360');
    await add({ match: `/ll/v360/seg-${sequence}.0.m4s`, effect: 'slow-manifest', value: 1500 });
    await (await get(`/ll/v360/seg-${sequence}.0.m4s`)).arrayBuffer();
    expect((await playlist('v360')).hint).toEqual({ sequence, index: 0 });
    await playlist('v360', `?_HLS_msn=${sequence}&_HLS_part=0`);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt(sequence, 0, 'v360') + 1495);
  });

  test('a transfer that is cut ends early, though nobody was told its length', async () => {
    const sequence = await nextSegment('v180');
    await add({ match: `/ll/v180/seg-${sequence}.m4s`, effect: 'truncate', value: 0.5, count: 1 });
    await expect((await get(`/ll/v180/seg-${sequence}.m4s`)).arrayBuffer()).rejects.toThrow();
    const log = (await (await get('/faults/log')).json()) as { path: string; bytes: number; aborted: boolean }[];
    const ends = await partEnds('v180', sequence);
    const bytes = Math.floor((ends.at(-1) ?? 0) / 2);
    expect(log.at(-1)).toMatchObject({ effect: 'truncate', bytes, aborted: true });
  });
});

/** Where the parts of a segment end in it, in bytes, when all of them are there. */
async function partEnds(name: string, sequence: number): Promise<number[]> {
  const sizes = await Promise.all(
    [0, 1, 2, 3].map(
      async (index) => (await (await get(`/ll/${name}/seg-${sequence}.${index}.m4s`)).arrayBuffer()).byteLength,
    ),
  );
  return sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
}
