import { createDecipheriv } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../listen.ts';
import { startOrigin } from '../origin.ts';

let origin: Running;

beforeAll(async () => {
  origin = await startOrigin({ port: 0, host: '127.0.0.1' });
});
afterAll(() => origin.close());

const get = async (path: string) => new Uint8Array(await (await fetch(origin.url + path)).arrayBuffer());

async function segmentsOf(name: string) {
  const playlist = new TextDecoder().decode(await get(`/encrypted/${name}/index.m3u8`));
  expect(playlist.indexOf('#EXT-X-MAP')).toBeLessThan(playlist.indexOf('#EXT-X-KEY'));
  const listed = /^#EXT-X-KEY:METHOD=AES-128,URI="\.\.\/(key-\d+)",IV=0x([0-9a-f]{32})$.*?^seg-(\d+)\.m4s$/gms;
  return [...playlist.matchAll(listed)].map(([, key = '', vector = '', sequence]) => ({
    key,
    vector: Buffer.from(vector, 'hex'),
    sequence: Number(sequence),
  }));
}

test.each(['v180', 'audio'])('%s decrypts to the live stream, with the keys that its playlist names', async (name) => {
  const segments = await segmentsOf(name);
  expect(segments).toHaveLength(10);
  for (const { key, vector, sequence } of segments) {
    const decipher = createDecipheriv('aes-128-cbc', await get(`/encrypted/${key}`), vector);
    const encrypted = await get(`/encrypted/${name}/seg-${sequence}.m4s`);
    const segment = Buffer.concat([decipher.update(encrypted), decipher.final()]);
    expect(Buffer.compare(segment, await get(`/live/${name}/seg-${sequence}.m4s`))).toBe(0);
  }
});

test('a key is for two segments of every rendition, a vector for one of one', async () => {
  const [video, audio] = [await segmentsOf('v180'), await segmentsOf('audio')];
  for (const { key, sequence } of [...video, ...audio]) expect(key).toBe(`key-${Math.floor(sequence / 2)}`);
  expect(new Set([...video, ...audio].map(({ vector }) => vector.toString('hex'))).size).toBe(20);
});
