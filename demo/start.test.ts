// Runs the built package, as `npm start` does: build before.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startOrigin } from './origin.ts';

const program = fileURLToPath(new URL('start.ts', import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [
    program,
    '--collector-port=0',
    '--origin-port=0',
    '--sfu-port=0',
    '--site-port=0',
    ...args,
  ]);
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  return { child, said, closed: once(child, 'close') };
}

describe('npm start', { timeout: 20_000 }, () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves six links, and %s ends all of it cleanly', async (signal) => {
    const { child, said, closed } = start();
    await vi.waitUntil(() => said.out.includes('Ctrl-C'), { timeout: 15_000, interval: 20 });
    const links = said.out.match(/http:\/\/localhost:\d+\/\S*/g) ?? [];
    expect(links).toHaveLength(6);
    const { searchParams } = new URL(links[0] ?? '');
    const master = await fetch(`${searchParams.get('origin')}/live/master.m3u8`);
    expect(await master.text()).toContain('#EXT-X-STREAM-INF');
    expect((await fetch(`${searchParams.get('collector')}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${searchParams.get('sfu')}/sessions`)).json()).toEqual([]);
    child.kill(signal);
    expect(await closed).toEqual([0, null]);
    expect(said.err).toBe('');
  });

  test('a port in use gives one line and exit code 1', async () => {
    const other = await startOrigin({ port: 0 });
    const { said, closed } = start(`--origin-port=${other.port}`);
    expect(await closed).toEqual([1, null]);
    expect(said.err).toBe(
      `Port ${other.port} (origin) is in use: choose another with --origin-port or PLAYSCOPE_ORIGIN_PORT.\n`,
    );
    await other.close();
  });
});
