import { createDecipheriv } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../listen.ts';
import { startOrigin } from '../origin.ts';
import { boxes, decodeTimeOf, findBox } from './boxes.ts';
import { mediaOf } from './fragment.ts';
import { samplesOf } from './samples.ts';

let origin: Running;
let mpd: string;
let key: Buffer;

beforeAll(async () => {
  origin = await startOrigin({ port: 0, host: '127.0.0.1' });
  mpd = await (await fetch(`${origin.url}/encrypted/manifest.mpd`)).text();
  const licence = await fetch(`${origin.url}/encrypted/licence`, { method: 'POST', body: '{"kids":[]}' });
  const { keys } = (await licence.json()) as { keys: { kid: string; k: string }[] };
  key = Buffer.from(keys[0]?.k ?? '', 'base64url');
});
afterAll(() => origin.close());

const get = async (path: string) => new Uint8Array(await (await fetch(origin.url + path)).arrayBuffer());

test('the MPD names the key, and where its licence is', async () => {
  const { keys } = (await (await fetch(`${origin.url}/encrypted/licence`)).json()) as { keys: { kid: string }[] };
  const kid = Buffer.from(keys[0]?.kid ?? '', 'base64url').toString('hex');
  const named = [...mpd.matchAll(/ cenc:default_KID="([0-9a-f-]{36})"/g)].map(([, id = '']) => id.replaceAll('-', ''));
  expect(named).toEqual([kid, kid]);
  expect(mpd).toContain(`<dashif:Laurl>${origin.url}/encrypted/licence</dashif:Laurl>`);
});

test.each(['v540', 'audio'])('%s decrypts to the live stream, sample by sample', async (name) => {
  const [, sequence] = new RegExp(`startNumber="(\\d+)" initialization="cenc/${name}/`).exec(mpd) ?? [];
  const [encrypted, clear] = [
    await get(`/encrypted/cenc/${name}/seg-${sequence}.m4s`),
    await get(`/live/${name}/seg-${sequence}.m4s`),
  ];
  const samples = samplesOf(encrypted);
  expect(samples).toEqual(samplesOf(clear));
  expect(decodeTimeOf(encrypted)).toBe(decodeTimeOf(clear));
  // Where saio says that they are, each as long as saiz says.
  const moof = findBox(encrypted, 'moof');
  const vectorsAt = moof.start + findBox(encrypted, 'saio').body.getUint32(8);
  expect(findBox(encrypted, 'saiz').body.getUint8(4)).toBe(8);
  const vectors = samples.map((_, i) => encrypted.subarray(vectorsAt + 8 * i, vectorsAt + 8 * (i + 1)));
  expect(new Set(vectors.map((vector) => Buffer.from(vector).toString('hex'))).size).toBe(samples.length);
  let at = 0;
  const decrypted = samples.map(({ size }, i) => {
    const counter = Buffer.concat([vectors[i] ?? Buffer.of(), Buffer.alloc(8)]);
    at += size;
    return createDecipheriv('aes-128-ctr', key, counter).update(mediaOf(encrypted).subarray(at - size, at));
  });
  expect(Buffer.compare(Buffer.concat(decrypted), mediaOf(clear))).toBe(0);
});

test.each([
  ['v540', 'encv', 'vp09'],
  ['audio', 'enca', 'Opus'],
])('%s says in its sample entry that it is encrypted, and what it was', async (name, entry, format) => {
  const init = await get(`/encrypted/cenc/${name}/init.mp4`);
  const text = Buffer.from(init).toString('latin1');
  for (const type of [entry, 'sinf', `frma${format}`, 'tenc']) expect(text).toContain(type);
  // Sizes are right all the way up: every box ends where the next begins.
  expect([...boxes(init)].filter(({ type }) => type === 'mvex')).toHaveLength(1);
});

test('nothing else is asked for by POST', async () => {
  expect((await fetch(`${origin.url}/encrypted/manifest.mpd`, { method: 'POST' })).status).toBe(405);
});
