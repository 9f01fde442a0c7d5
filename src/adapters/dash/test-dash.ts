import { createRequire } from 'node:module';
import type { MediaPlayerClass as Player4 } from 'dash4';
import type { MediaPlayerClass as Player5 } from 'dashjs';
import { vi } from 'vitest';
import type { Answer } from '../test-xhr.ts';
import { testXhr } from '../test-xhr.ts';

/** Where the test stream is; its two segments of two seconds are `1.m4s` and `2.m4s`, after `init.mp4`. */
export const base = 'https://cdn.example/stream/';
export const source = `${base}a.mpd`;

/** The MPD, on demand; `template`: more attributes of its SegmentTemplate, `base`: where its segments are instead. */
export function mpd({ template = '', base = '' } = {}) {
  return `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S" minBufferTime="PT1S"
  profiles="urn:mpeg:dash:profile:isoff-live:2011"><Period><BaseURL>${base}</BaseURL><AdaptationSet contentType="video" mimeType="video/mp4">
  <SegmentTemplate duration="2" startNumber="1" initialization="init.mp4" media="$Number$.m4s" ${template}/>
  <Representation id="v" bandwidth="800000" codecs="avc1.4D401F" width="640" height="360"/>
</AdaptationSet></Period></MPD>`;
}

/** The same as version 4 hands it out, which reads XML only with a DOM. */
export function parsedMpd() {
  const SegmentTemplate = { duration: 2, startNumber: 1, initialization: 'init.mp4', media: '$Number$.m4s' };
  const video = { contentType: 'video', mimeType: 'video/mp4', SegmentTemplate };
  const representation = { ...video, id: 'v', bandwidth: 800_000, codecs: 'avc1.4D401F', width: 640, height: 360 };
  const set = { ...video, Representation_asArray: [representation] };
  return {
    type: 'static',
    mediaPresentationDuration: 4,
    minBufferTime: 1,
    profiles: 'urn:mpeg:dash:profile:isoff-live:2011',
    url: source,
    originalUrl: source,
    baseUri: base,
    loadedTime: new Date(),
    Period_asArray: [{ AdaptationSet_asArray: [set] }],
  };
}

/** What dash.js asks a window for when it is read and when it loads; it draws nothing here. */
export function stubWindow() {
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('document', { baseURI: 'https://site.example/watch' });
  vi.stubGlobal('location', new URL('https://site.example/watch'));
  vi.stubGlobal('getComputedStyle', () => ({}));
  vi.stubGlobal('MediaSource', { isTypeSupported: () => true });
}

/** Waits for what a player does in a few milliseconds, or on a busy machine in more. */
export function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 4000, interval: 5 });
}

/** XMLHttpRequest whose answers stand under the last part of the address, one after the other, the last for good. */
export function serve(answers: Readonly<Record<string, readonly Answer[]>> = {}) {
  const asked: Record<string, number> = {};
  const xhr = testXhr((url) => {
    const name = new URL(url).pathname.split('/').at(-1) ?? '';
    const earlier = asked[name] ?? 0;
    asked[name] = earlier + 1;
    const prepared = answers[name];
    return prepared?.[Math.min(earlier, prepared.length - 1)] ?? { body: name.endsWith('.mpd') ? mpd() : 'segment' };
  });
  vi.stubGlobal('XMLHttpRequest', xhr.XMLHttpRequest);
  const named = (name: string) => xhr.sent.filter(({ url }) => isNamed(url, name));
  return { sent: xhr.sent, named };
}

/** Whether an address ends so; what is in its query does not count. */
export function isNamed(url: string, name: string) {
  return new URL(url).pathname.endsWith(name);
}

const retryIntervals = { MPD: 1, MediaSegment: 1, InitializationSegment: 1 };

/** The real player, version 5, without a view. */
export async function player5(): Promise<Player5> {
  const { MediaPlayer } = await import('dashjs');
  const player = MediaPlayer().create();
  player.updateSettings({ debug: { logLevel: 0 }, streaming: { retryIntervals } });
  return player;
}

/** The real player, version 4, without a view. */
export function player4(): Player4 {
  const { MediaPlayer } = createRequire(import.meta.url)('dash4/dist/dash.all.min.js') as typeof import('dash4');
  const player = MediaPlayer().create();
  player.updateSettings({ debug: { logLevel: 0 }, streaming: { retryIntervals } });
  return player;
}
