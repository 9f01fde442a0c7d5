// An operator's evening with `playscope watch`: the built command plays real streams in a real browser and is right about
// them. What the figures mean is left to the other stories, what can be written down without a stream to unit tests.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import type { WatchReport } from 'playscope/synthetic';
import type { PageViewer } from 'playscope/synthetic/playwright';
import { viewerFixture } from 'playscope/synthetic/playwright';
import { startOrigin } from '../demo/origin.ts';
import { startSite } from '../demo/site.ts';
import { test as base } from './build.ts';
import { originApi } from './origin.ts';
import { test as rtcTest } from './rtc-stage.ts';

type Servers = { readonly collector: string; readonly origin: string; readonly page: string };
type Said = { readonly code: number; readonly out: string; readonly error: string };
type Group = { readonly streamId: string; readonly viewerKind: string; readonly viewers: number };

const test = base.extend<{ viewer: PageViewer }, { servers: Servers }>({
  viewer: viewerFixture,
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from this pattern.
    async ({}, use) => {
      const collector = await startCollector({ port: 0 });
      const origin = await startOrigin({ port: 0 });
      const site = await startSite({ port: 0 });
      const query = new URLSearchParams({ collector: collector.url, origin: origin.url, stream: 'a-page' });
      await use({ collector: collector.url, origin: origin.url, page: `${site.url}/hls.html?${query}` });
      await Promise.all([origin.close(), site.close()]);
      await collector.close();
    },
    { scope: 'worker' },
  ],
});

function watch(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/cli.js', 'watch', ...args], (failure, out, error) =>
      resolve({ code: typeof failure?.code === 'number' ? failure.code : failure ? -1 : 0, out, error }),
    );
  });
}

function expecting(...expectations: readonly string[]): string[] {
  return expectations.flatMap((text) => ['--expect', text]);
}

/** By kind, as the collector counts them. */
async function viewersOf(collector: string, stream: string): Promise<[kind: string, viewers: number][]> {
  const { groups } = (await (await fetch(`${collector}/api/viewers`)).json()) as { groups: Group[] };
  return groups.filter(({ streamId }) => streamId === stream).map(({ viewerKind, viewers }) => [viewerKind, viewers]);
}

function read(path: string): WatchReport {
  return JSON.parse(readFileSync(path, 'utf8'));
}

for (const [protocol, manifest] of [
  ['hls', '/live/master.m3u8'],
  ['dash', '/live/manifest.mpd'],
] as const) {
  test(`two viewers of ${protocol} are counted as synthetic, and all expectations hold`, async ({ servers }, info) => {
    const { origin, collector } = servers;
    const out = info.outputPath('report.json');
    const stream = `watched-${protocol}`;
    const held = expecting('viewers == 2', 'startup.p95 < 10s', 'errors == 0', 'fetch.p95 > 0s');
    const said = watch(
      `${origin}${manifest}`,
      '--viewers',
      '2',
      '--ramp',
      '1s',
      '--for',
      '9s',
      '--stream-id',
      stream,
      '--endpoint',
      collector,
      '--out',
      out,
      ...held,
    );
    await expect.poll(() => viewersOf(collector, stream), { timeout: 20_000 }).toEqual([['synthetic', 2]]);
    expect(await said).toMatchObject({ code: 0, out: expect.stringContaining('All expectations hold.') });
    const { verdict, viewers } = read(out);
    expect(verdict).toBe('passed');
    expect(viewers.map(({ result }) => result)).toEqual(['played', 'played']);
  });
}

test('an expectation that does not hold fails the watch, and says what was seen', async ({ servers }, info) => {
  const origin = originApi(servers.origin);
  const [out, junit, html] = ['report.json', 'junit.xml', 'report.html'].map((name) => info.outputPath(name));
  await origin.fault({ match: '/live/v*/seg-*', effect: 'status', value: 503, count: 2 });
  const files = ['--out', `${out}`, '--junit', `${junit}`, '--html', `${html}`];
  const said = await watch(
    `${servers.origin}/live/master.m3u8`,
    '--for',
    '8s',
    ...files,
    ...expecting('viewers == 1', 'errors == 0'),
  );
  expect(said.code).toBe(1);
  expect(said.out).toContain('1 of 2 expectations do not hold.');
  const faults = (await origin.faultLog()).filter(({ effect }) => effect === 'status');
  expect(faults).toHaveLength(2);
  const { figures, expectations } = read(`${out}`);
  expect(figures.errors).toBe(faults.length);
  expect(expectations.map(({ holds, message }) => [holds, message])).toEqual([
    [true, 'viewers is 1, expected == 1'],
    [false, 'errors is 2, expected == 0'],
  ]);
  expect(readFileSync(`${junit}`, 'utf8')).toContain('tests="3" failures="1"');
});

rtcTest('a viewer by WHEP sees a picture over a slower network', async ({ stage }, info) => {
  const [out, network] = ['report.json', 'network.json'].map((name) => info.outputPath(name)) as [string, string];
  writeFileSync(network, JSON.stringify({ latencyMs: 40 }));
  const url = `${stage.sfu.url}/whep/${stage.stream}`;
  const held = expecting('viewers == 1', 'rtt.p50 >= 80ms', 'packet_loss == 0', 'errors == 0');
  const said = await watch(url, '--for', '8s', '--network', network, '--out', out, ...held);
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining('All expectations hold.') });
  expect(read(out).protocol).toBe('webrtc');
  // The session was ended at the SFU, not left to time out.
  const viewer = (await stage.sfu.sessions()).find(({ role, stream }) => role === 'viewer' && stream === stage.stream);
  expect(viewer?.endedBy).toBe('delete');
});

test('a web page that has Playscope is driven, and reports by itself as a synthetic viewer', async ({
  servers,
}, info) => {
  const out = info.outputPath('report.json');
  const said = watch(servers.page, '--for', '7s', '--out', out, ...expecting('viewers == 1', 'fetch.max < 10s'));
  await expect.poll(() => viewersOf(servers.collector, 'a-page'), { timeout: 20_000 }).toEqual([['synthetic', 1]]);
  expect(await said).toMatchObject({ code: 0 });
  expect(read(out)).toMatchObject({ protocol: 'page', viewers: [{ result: 'played' }] });
});

test("the fixture tells a team's own test what its viewer saw", async ({ servers, page, viewer }) => {
  await page.goto(servers.page);
  await viewer.expectNoStalls(2);
  await viewer.expect('startup.max < 20s', 'errors == 0');
  await expect(viewer.expect('viewers == 2', 'errors > 0')).rejects.toThrow(
    'viewers is 1, expected == 2; errors is 0, expected > 0',
  );
  await originApi(servers.origin).fault({ match: '/live/v*/seg-*', effect: 'hang' });
  await expect(viewer.expectNoStalls(40)).rejects.toThrow(/^The picture stood: 1 stall, [\d.]+ m?s in all by network$/);
  await originApi(servers.origin).heal();
});

test('what cannot be watched is said in one sentence', async ({ servers: { origin } }) => {
  const closed = createServer((_, response) => response.end('#EXTM3U\n'));
  await new Promise<void>((ready) => closed.listen(0, ready));
  const refusing = `http://localhost:${(closed.address() as AddressInfo).port}/live.m3u8`;
  const master = `${origin}/live/master.m3u8`;
  const cases: [args: string[], code: number, sentence: RegExp][] = [
    [[], 2, /^URL: expected one, received "none"\./],
    [['live.m3u8'], 2, /^URL: expected an http or https address, received "live\.m3u8"\./],
    [[master, '--expect', 'startup.p59 < 2s'], 2, /expected a known figure, such as startup\.p50 or /],
    [[master, '--for', 'ever'], 2, /^--for: expected a time such as 90s or 2m, received "ever"\./],
    [[`${origin}/live/nowhere.m3u8`], 3, /nowhere\.m3u8 answered 404: check the address, and that the stream is on\.$/],
    [
      [`${origin}/live/manifest.mpd`, '--protocol', 'hls'],
      3,
      /is not a stream: expected an HLS playlist, received application\/dash\+xml/,
    ],
    [['http://localhost:2/live.m3u8'], 3, /cannot be reached: nothing listens there, check host and port\.$/],
    [[refusing], 3, /refuses other sites \(CORS\): its answer has no Access-Control-Allow-Origin; /],
    [[master, '--endpoint', 'http://localhost:2'], 3, /^endpoint: http:\/\/localhost:2 cannot be reached, /],
    [[master, '--browser', '/no/browser'], 3, /could be started: there is none; npx playwright-core install chromium /],
  ];
  for (const [args, code, sentence] of cases) {
    const said = await watch(...args);
    expect({ args, code: said.code, lines: said.error.trim().split('\n').length }).toEqual({ args, code, lines: 1 });
    expect(said.error.trim()).toMatch(sentence);
  }
  closed.close();
});
