// Players are known by their shape: real ones of several versions, whole, light and minified, and of other frames.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext, runInThisContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { players } from '../players.ts';
import { stubWindow } from './dash/test-dash.ts';
import { dash } from './dash.ts';
import { detect } from './detect.ts';
import { hls } from './hls.ts';
import { native } from './media.ts';
import { TestVideo } from './test-video.ts';

const require = createRequire(import.meta.url);

// Each build is read from disk.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  stubWindow();
  vi.stubGlobal('dashjs', undefined);
});
afterEach(() => vi.unstubAllGlobals());

const builds = ['hls.js', 'hls16', 'hls15'].flatMap((name) =>
  ['hls.js', 'hls.min.js', 'hls.light.js', 'hls.light.min.js'].map((file) => `${name}/dist/${file}`),
);

test.each(builds)('%s', (build) => {
  const Hls = require(build);
  expect(detect(players, new Hls({ enableWorker: false }))).toBe(hls);
});

/** As a page includes them: a script that sets a global. */
const dashBuilds = ['dashjs/dist/modern/umd', 'dashjs/dist/legacy/umd', 'dash4/dist'].flatMap((folder) =>
  ['dash.all.debug.js', 'dash.all.min.js', 'dash.mediaplayer.debug.js', 'dash.mediaplayer.min.js'].map(
    (file) => `${folder}/${file}`,
  ),
);

test.each(dashBuilds)('%s', (build) => {
  runInThisContext(readFileSync(new URL(`../../node_modules/${build}`, import.meta.url), 'utf8'));
  const { MediaPlayer } = (globalThis as unknown as { dashjs: typeof import('dashjs') }).dashjs;
  const player = MediaPlayer().create();
  expect(detect(players, player)).toBe(dash);
  player.initialize();
  player.destroy();
  expect(detect(players, player)).toBe(dash);
});

test('a media element', () => {
  expect(detect(players, Object.assign(new TestVideo(), { play() {}, canPlayType() {} }))).toBe(native);
});

test('an object of another frame', () => {
  const frame = createContext({});
  const source = `({ on() {}, off() {}, trigger() {}, loadSource() {}, attachMedia() {}, detachMedia() {}, config: {}, levels: [] })`;
  const foreign = runInContext(source, frame);
  expect(foreign instanceof Object).toBe(false);
  expect(detect(players, foreign)).toBe(hls);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'video'],
  ['a class', class Hls {}],
  ['an emitter', { on() {}, off() {}, emit() {} }],
  ['an object with the right fields of the wrong kind', { on: 1, off: 1, loadSource: 1, config: {}, levels: [] }],
  ['a button', { addEventListener() {}, click() {} }],
  ['a WebSocket', Object.assign(new EventTarget(), { send() {}, close() {} })],
])('%s is no player', (_, player) => {
  expect(detect(players, player)).toBeUndefined();
});

test('a getter that throws is no player, and no harm', () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('hostile');
      },
    },
  );
  expect(detect(players, hostile)).toBeUndefined();
});
