// What `playscope doctor` says of a healthy set-up and of each way to set one up wrongly: that it finds the one thing which is
// wrong, at the host where it is, and accuses nothing else. The demo's origin and the collector are the healthy ones.
import { execFile } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { startOrigin } from '../demo/origin.ts';
import { startSfu } from '../demo/sfu.ts';
import { findBrowser, findNginx } from '../scripts/browser.ts';
import { startCache } from './cache.ts';
import type { Front, MishapName } from './misconfigured.ts';
import { startFront } from './misconfigured.ts';

type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };
type Finding = {
  readonly role: string;
  readonly host: string;
  readonly check: string;
  readonly verdict: 'ok' | 'fix' | 'note';
  readonly offset?: { readonly offsetMs: number; readonly errorMs: number };
};

// One after another, at one origin.
test.describe.configure({ mode: 'default' });

const pageOrigin = 'https://tv.example';
let origin: Front;
let collector: Front;
let originUrl: string;
let ending: (() => Promise<void>)[] = [];

test.beforeAll(async () => {
  const taking = await startCollector({ port: 0 });
  const live = await startOrigin({ port: 0, collector: taking.url });
  originUrl = live.url;
  [origin, collector] = await Promise.all([startFront(live.url), startFront(taking.url)]);
  ending = [origin.close, collector.close, live.close, taking.close];
});

test.afterAll(async () => {
  for (const end of ending) await end();
});

function doctor(...args: string[]): Promise<Said> {
  const env = { ...process.env, PLAYSCOPE_BROWSER: findBrowser() ?? '', NO_COLOR: '1', FORCE_COLOR: undefined };
  return new Promise((done) => {
    execFile(process.execPath, ['dist/cli.js', 'doctor', ...args], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Looks at the stream as a page does; answers the exit code, what is to be fixed as `role check`, and all findings. */
async function look(url: string, endpoint: string, ...more: string[]) {
  const { code, stdout, stderr } = await doctor(
    url,
    '--endpoint',
    endpoint,
    '--page-origin',
    pageOrigin,
    '--json',
    ...more,
  );
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  const toFix = findings.filter(({ verdict }) => verdict === 'fix').map(({ role, check }) => `${role} ${check}`);
  return { code, toFix, findings };
}

const atOrigin = (name: MishapName, protocol = 'master.m3u8') => `${origin.url(name)}/live/${protocol}`;

for (const [name, manifest] of [
  ['none', 'master.m3u8'],
  ['cached', 'master.m3u8'],
  ['cached', 'manifest.mpd'],
] as const) {
  test(`nothing is to be fixed of a healthy stream: ${name}, ${manifest}`, async () => {
    const before = origin.asked(name).length;
    const { code, toFix, findings } = await look(atOrigin(name, manifest), collector.url('none'));
    expect(toFix).toEqual([]);
    expect(code).toBe(0);
    expect(findings.filter(({ verdict }) => verdict === 'note')).toEqual([]);
    const hit = findings.find(({ role, check }) => role === 'segment' && check === 'cache-key');
    expect(hit).toMatchObject({
      said: name === 'cached' ? 'a hit with any value of the parameter' : 'no cache keeps it',
    });
    // A patient that is on air: nothing is written, and few things are asked for.
    const asked = origin.asked(name).slice(before);
    expect(asked.filter((each) => !/^(GET|OPTIONS) /.test(each))).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(20);
  });
}

test('each host is looked at: playlists come from one, segments from another', async () => {
  const { code, findings } = await look(atOrigin('two hosts'), collector.url('none'));
  const hosts = (role: string) => [...new Set(findings.filter((each) => each.role === role).map(({ host }) => host))];
  expect(hosts('playlist')).toEqual([new URL(origin.url('none')).host]);
  expect(hosts('segment')).toEqual([new URL(originUrl).host]);
  expect(code).toBe(0);
});

const planted: [MishapName, string][] = [
  ['segments without CORS', 'segment cors'],
  ['preflight refused', 'segment traceparent-header'],
  ['no Timing-Allow-Origin', 'segment timing-allow-origin'],
  ['no Server-Timing', 'segment server-timing'],
  ['query refused', 'segment query-parameter'],
  ['query in the cache key', 'segment cache-key'],
  ['unplayable codec', 'playlist codecs'],
];

for (const [name, expected] of planted) {
  test(`of the stream it finds ${name} and accuses nothing else`, async () => {
    const { code, toFix } = await look(atOrigin(name), collector.url('none'));
    expect(toFix).toEqual([expected]);
    expect(code).toBe(1);
  });
}

for (const [name, expected] of [
  ['collector without CORS', 'collector export'],
  ['collector 5 s ahead', 'collector clock'],
] as const) {
  test(`of the collector it finds ${name} and accuses nothing else`, async () => {
    const { code, toFix, findings } = await look(atOrigin('none'), collector.url(name));
    expect(toFix).toEqual([expected]);
    expect(code).toBe(1);
    if (name === 'collector 5 s ahead') {
      const { offsetMs = 0, errorMs = 0 } = findings.find(({ verdict }) => verdict === 'fix')?.offset ?? {};
      // Date is cut to the second.
      expect(Math.abs(offsetMs - 5000)).toBeLessThanOrEqual(errorMs);
      expect(errorMs).toBeLessThanOrEqual(550);
    }
  });
}

test('a collector that is not there, or takes no pages of this origin', async () => {
  const closed = await startCollector({ port: 0 });
  await closed.close();
  expect((await look(atOrigin('none'), closed.url)).toFix).toEqual(['collector export']);
  const picky = await startCollector({ port: 0, allowOrigin: ['https://radio.example'] });
  expect((await look(atOrigin('none'), picky.url)).toFix).toEqual(['collector export']);
  await picky.close();
});

test('of a cache that says nothing of itself it finds the key by what the origin says twice', async () => {
  const nginx = findNginx();
  test.skip(!nginx, 'no nginx on this machine');
  for (const [key, expected] of [
    ['$request_uri', ['segment cache-key']],
    ['$uri', []],
  ] as const) {
    const cache = await startCache(nginx as string, originUrl, key);
    const { toFix } = await look(`${cache.url}/live/master.m3u8`, collector.url('none'));
    await cache.close();
    // Copies of playlists live for a second, which may be over before the key is known.
    expect(toFix.filter((each) => each !== 'playlist cache-key')).toEqual(expected);
    if (expected.length === 0) expect(toFix).toEqual([]);
  }
});

test('ways in which pages send no context need not be mended', async () => {
  const { code, toFix } = await look(atOrigin('query refused'), collector.url('none'), '--propagate', 'header');
  expect([code, toFix]).toEqual([0, []]);
});

test('a WHEP endpoint, with an offer that begins no session', async () => {
  const sfu = await startSfu({ port: 0 });
  const { code, toFix, findings } = await look(`${sfu.url}/whep/live`, collector.url('none'));
  expect([code, toFix]).toEqual([0, []]);
  expect(findings.filter(({ role }) => role === 'whep').map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
    'cors ok',
    'traceparent-header ok',
    'location ok',
  ]);
  const { sessions } = await fetch(`${sfu.url}/sessions`).then(async (answer) => ({ sessions: await answer.json() }));
  expect(sessions).toEqual([]);
  await sfu.close();
});

test('for people it says what is wrong, what to do and what will be missing', async () => {
  const { code, stdout } = await doctor(atOrigin('no Timing-Allow-Origin'), '--page-origin', pageOrigin);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ {2}fix {3}timing-allow-origin {2}no Timing-Allow-Origin$/m);
  expect(stdout).toMatch(/^ +→ answer with Timing-Allow-Origin: https:\/\/tv\.example, or \*$/m);
  expect(stdout).toMatch(/^ {2}.*, join\.grade \(none\), .*: no Timing-Allow-Origin \(segment localhost:\d+\)$/m);
  expect(stdout).toMatch(/^1 to fix\.$/m);
});

test('what cannot be opened is one sentence, and the exit code 3', async () => {
  const cannot = [
    [[`${originUrl}/live/nothing.m3u8`], /answered 404/],
    [[`${originUrl}/time`], /expected an HLS playlist, an MPD or a WHEP endpoint, received text\/plain/],
    [['http://localhost:1/live.m3u8'], /no answer from localhost:1 \(ECONNREFUSED\)/],
    [[atOrigin('none'), '--browser', '/nowhere/chromium'], /No \/nowhere\/chromium could be started: there is none/],
  ] as const;
  for (const [args, sentence] of cannot) {
    const { code, stdout, stderr } = await doctor(...args);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
});
