// An operator's evening with `playscope watch`: the built command plays real streams in a real browser and is right about
// them. What the figures mean is left to the other stories, what can be written down without a stream to unit tests.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import type { WatchReport } from 'playscope/synthetic';
import { startOrigin } from '../demo/origin.ts';
import { test as base } from './build.ts';
import { originApi } from './origin.ts';
import { test as rtcTest } from './rtc-stage.ts';

type Servers = { readonly collector: string; readonly origin: string; close(): Promise<void> };
type Said = { readonly code: number; readonly out: string; readonly error: string };
type Group = { readonly streamId: string; readonly viewerKind: string; readonly viewers: number };

const test = base.extend<object, { servers: Servers }>({
  servers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from this pattern.
    async ({}, use) => {
      const collector = await startCollector({ port: 0 });
      const origin = await startOrigin({ port: 0 });
      await use({ collector: collector.url, origin: origin.url, close: async () => {} });
      await origin.close();
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
    const said = watch(`${origin}${manifest}`, '--viewers', '2', '--ramp', '1s', '--for', '9s', '--stream-id', stream,
      '--endpoint', collector, '--out', out, ...held); // prettier-ignore
    const groups = async () => {
      const { groups } = (await (await fetch(`${collector}/api/viewers`)).json()) as { groups: Group[] };
      return groups.filter(({ streamId }) => streamId === stream).map(({ viewerKind, viewers }) => [viewerKind, viewers]);
    };
    await expect.poll(groups, { timeout: 20_000 }).toEqual([['synthetic', 2]]);
    expect(await said).toMatchObject({ code: 0, out: expect.stringContaining('All expectations hold.') });
    const { verdict, figures, viewers } = read(out);
    expect(verdict).toBe('passed');
    const asked = (await originApi(origin).requests()).filter(({ path }) => path.startsWith('/live/'));
    // All that this browser asked for, and before it the question whether there is a stream; dash.js asks for the time besides.
    expect(figures.requests).toBeGreaterThan(10);
    expect(figures.requests).toBeLessThan(asked.length);
    expect(viewers.map(({ result }) => result)).toEqual(['played', 'played']);
  });
}
