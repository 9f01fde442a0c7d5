// The package as npm would publish it: what it exports, that any import of it is harmless, what it weighs in files.
// Needs a build. What the exports do is left to the stories.
import { execFileSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from '@playwright/test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import manifest from '../package.json' with { type: 'json' };
import { test } from './build.ts';
import { typeErrors } from './type-check.ts';

// Adding a name here is adding to the public interface.
const exported: Record<string, readonly string[]> = {
  playscope: ['attach', 'traceHeaders', 'version'],
  'playscope/parts': ['attachWith', 'dash', 'hls', 'native', 'otlp', 'traceHeaders', 'version', 'webrtc'],
  'playscope/collector': ['startCollector'],
  'playscope/server': [
    'capacity',
    'concurrentViewers',
    'fromTraceparent',
    'ingest',
    'instrumentOrigin',
    'instrumentPeerConnection',
    'objectOfSidecar',
    'publications',
    'publishHeader',
    'publisher',
    'startTelemetry',
    'toSidecar',
    'toTraceparent',
    'viewerTokens',
  ],
  'playscope/synthetic': ['startLightViewer', 'watch'],
  'playscope/synthetic/playwright': ['viewerFixture'],
};

test('publint has nothing to say', async () => {
  const { messages } = await publint({ strict: true });
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
});

for (const [entry, names] of Object.entries(exported)) {
  for (const node of nodes()) {
    test(`${entry} imports in bare Node ${version(node)} and touches nothing`, () => {
      const program = `
        // Node marks the global object itself when node:http is loaded.
        const ofNode = /^Symbol\\(undici\\./;
        const keys = () => Reflect.ownKeys(globalThis).map(String).filter((key) => !ofNode.test(key)).sort().join();
        const before = keys();
        const exported = Object.keys(await import('${entry}')).sort();
        console.log(JSON.stringify({ exported, same: keys() === before, active: process.getActiveResourcesInfo() }));`;
      // Ends by itself, or the import left a timer or a socket behind.
      const output = execFileSync(node, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 20_000 });
      const { exported, same, active } = JSON.parse(output);
      expect(exported).toEqual(names);
      expect(same).toBe(true);
      expect(active.filter((kind: string) => /Timeout|Server|Socket|TCP/.test(kind))).toEqual([]);
    });
  }
}

test('the script tag adds one global with the names of the ESM entry', async ({ page }) => {
  const keys = () => Object.getOwnPropertyNames(globalThis);
  const before = await page.evaluate(keys);
  await page.addScriptTag({ path: 'dist/playscope.js' });
  expect((await page.evaluate(keys)).filter((key) => !before.includes(key))).toEqual(['playscope']);
  expect((await page.evaluate('Object.keys(playscope)')) as string[]).toEqual(exported.playscope);
});

for (const resolution of ['nodenext', 'bundler'] as const) {
  test(`the declarations resolve under ${resolution}`, () => {
    const folder = `build/consumer-${resolution}`;
    const program = `import { attach } from 'playscope';
      import type { AttachOptions, Snapshot, View } from 'playscope';
      import { startCollector } from 'playscope/collector';
      import { instrumentPeerConnection, startTelemetry } from 'playscope/server';
      import { watch } from 'playscope/synthetic';
      import type { WatchOptions, WatchReport } from 'playscope/synthetic';
      import { viewerFixture } from 'playscope/synthetic/playwright';
      const options: AttachOptions = { streamId: 'demo' };
      export const view: View = attach(document.createElement('video'), options);
      export const snapshot: Snapshot = view.snapshot();
      export const collector = startCollector;
      const { tracerProvider, meterProvider } = startTelemetry({ endpoint: 'http://localhost:4318', serviceName: 'sfu' });
      const of = { streamId: 'demo', peerId: '1', role: 'viewer', tracerProvider, meterProvider } as const;
      export const ended: Promise<void> = instrumentPeerConnection(new RTCPeerConnection(), of).end('deleted');
      const watching: WatchOptions = { viewers: 2, expect: ['errors == 0'] };
      export const report: Promise<WatchReport> = watch('https://tv.example/live.m3u8', watching);
      export const fixture = viewerFixture;
      // @ts-expect-error a stream has to be named
      attach(document.createElement('video'), {});`;
    expect(typeErrors(folder, { 'page.ts': program }, { resolution, skipLibCheck: false })).toEqual([]);
  });
}

test('what is published is the build and its papers', () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json'], { encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/playscope.js', 'dist/cli.js', 'dist/warroom/index.html']),
  );
  expect(paths.filter((path) => !/^(dist\/|LICENSE|README\.md|CHANGELOG\.md|package\.json)/.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.test\.|\.spec\./.test(path))).toEqual([]);
});

/** Node as the project develops with, and the one that the system has, which may be the oldest that users may have. */
function nodes(): string[] {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder && !folder.includes('node_modules'));
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const system = folders.map((folder) => join(folder, program)).find(isThere);
  return system && version(system) !== version(process.execPath) ? [process.execPath, system] : [process.execPath];
}

function version(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    // Not in this folder of PATH.
    return false;
  }
}
