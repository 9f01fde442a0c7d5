import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { readFlags } from './command.ts';
import { testCollector } from './test-collector.ts';

test('flags win over the environment, and defaults over nothing', () => {
  expect(readFlags([], {})).toEqual({ port: 4318, maxBodyBytes: 4 * 1024 ** 2, allowOrigin: '*' });
  const environment = {
    PLAYSCOPE_PORT: '5000',
    PLAYSCOPE_ALLOW_ORIGIN: 'https://a.example, https://b.example:8443',
    PLAYSCOPE_REGION: 'eu',
  };
  expect(readFlags(['--port', '0', '--max-body', '64KiB', '--host', '::'], environment)).toEqual({
    ...{ port: 0, maxBodyBytes: 65_536, host: '::', region: 'eu' },
    allowOrigin: ['https://a.example', 'https://b.example:8443'],
  });
});

test('a wrong flag gives one line: parameter, expected, received', () => {
  expect(readFlags(['--port', 'x'], {})).toBe('--port: expected a number from 0 to 65535, received "x"');
  expect(readFlags([], { PLAYSCOPE_PORT: '70000' })).toContain('received "70000"');
  expect(readFlags(['--max-body', '4 apples'], {})).toContain('--max-body: expected 1KiB to 256MiB');
  expect(readFlags(['--allow-origin', 'tv.example'], {})).toContain('--allow-origin: expected origins');
  expect(readFlags(['--colour'], {})).toContain("'--colour'");
});

function run(...args: string[]) {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors: string[] = [];
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  return { child, errors, exit: once(child, 'exit') as Promise<[number | null]> };
}

test('it prints where the war room is and ends cleanly when told to', { timeout: 20_000 }, async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, exit } = run('collect', '--port', '0');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    child.kill(signal);
    expect((await exit)[0]).toBe(0);
  }
});

test('a port in use ends it with 1, a wrong flag or command with 2', { timeout: 20_000 }, async () => {
  const { port } = await testCollector();
  const inUse = run('collect', '--port', String(port));
  const wrong = run('collect', '--port', 'x');
  const unknown = run('gather');
  expect((await inUse.exit)[0]).toBe(1);
  expect(inUse.errors).toHaveLength(1);
  expect(inUse.errors[0]).toMatch(new RegExp(`^--port: .*${port}: it is in use.*PLAYSCOPE_PORT`));
  expect((await wrong.exit)[0]).toBe(2);
  expect(wrong.errors).toHaveLength(1);
  expect((await unknown.exit)[0]).toBe(2);
});
