/** Starts the services of a compose file as programs of this machine: the same flags and files, other addresses and folders. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, createWriteStream, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { binary, run } from './binaries.ts';
import type { Service } from './compose.ts';
import { until } from './until.ts';

export type Stack = {
  /** The names of the programs, with their versions where these are pinned. */
  readonly programs: readonly string[];
  /** The address of a service's port, as `http://127.0.0.1:…`. */
  url(service: string, port: number): string;
  /** Ends a program, and starts it again after a time; resolves when it answers. */
  restart(service: string, afterMs: number, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Processor seconds and memory of each program so far, as text. */
  usage(): Promise<string>;
  /** The same as numbers. */
  costs(): Promise<readonly Cost[]>;
  stop(): Promise<void>;
};

export type Cost = { readonly service: string; readonly cpuSeconds: number; readonly megabytes: number };

const health: Readonly<Record<string, readonly [port: number, path: string]>> = {
  collector: [13133, '/'],
  vmagent: [8429, '/health'],
  'victoria-metrics': [8428, '/health'],
  vmalert: [8880, '/health'],
  alertmanager: [9093, '/-/healthy'],
  jaeger: [13133, '/status'],
  proxy: [8080, '/healthz'],
};

/**
 * @param folder empty; gets the files, the data and what the programs say.
 * @param elsewhere addresses of what is not among the services, by `name:port`.
 */
export async function startServices(
  services: readonly Service[],
  deploy: string,
  folder: string,
  elsewhere: Readonly<Record<string, string>>,
): Promise<Stack> {
  const addresses = new Map(Object.entries(elsewhere));
  const running = new Map<string, ChildProcess>();
  const plans: Awaited<ReturnType<typeof plan>>[] = [];
  // One after another: some have to be built.
  for (const service of services) plans.push(await plan(service));
  try {
    for (const each of plans) await start(each);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    programs: plans.map(({ program }) => basename(program)),
    url: (service, port) => `http://${addressOf(service, port)}`,
    async restart(service, afterMs, signal = 'SIGTERM') {
      await end(service, signal);
      await wait(afterMs);
      const found = plans.find(({ name }) => name === service);
      if (found) await start(found);
    },
    async usage() {
      const each = (await costs()).map(
        ({ service, cpuSeconds, megabytes }) => `${service} ${cpuSeconds} s ${megabytes} MB`,
      );
      return each.join(', ');
    },
    costs,
    stop,
  };

  function costs() {
    return Promise.all([...running].map(([service, { pid }]) => cost(service, pid)));
  }

  async function plan({ name, program = name, version, flags, mounts, env, aliases = {} }: Service) {
    const home = join(folder, name);
    const paths = mounts.map(([from, to]): [string, string] => {
      const own = join(home, from.replace(/^\.\//, ''));
      if (from.startsWith('.')) cpSync(join(deploy, from), own, { recursive: true });
      else mkdirSync(own, { recursive: true });
      return [to, own];
    });
    const files = paths.flatMap(([, path]) => textFiles(path));
    const texts = [...flags, ...files.map((path) => readFileSync(path, 'utf8'))].join('\n');
    for (const [, port] of texts.matchAll(/0\.0\.0\.0:(\d+)/g)) {
      addresses.set(`${name}:${port}`, `127.0.0.1:${await freePort()}`);
    }
    return { name, kind: program, program: await binary(program, version), flags, paths, files, env, aliases };
  }

  async function start({ name, kind, program, flags, paths, files, env, aliases }: (typeof plans)[number]) {
    const there = new RegExp(`(?<![\\w/])(${paths.map(([path]) => path).join('|')})`, 'g');
    const here = (text: string) =>
      text
        .replace(there, (path) => paths.find(([each]) => each === path)?.[1] ?? path)
        .replace(/0\.0\.0\.0:(\d+)/g, (_, port) => addressOf(name, port))
        .replace(/(?<![\w.-])[a-z][a-z0-9-]*:\d+/g, (address) => addresses.get(aliases[address] ?? address) ?? address);
    for (const path of files) writeFileSync(path, here(readFileSync(path, 'utf8')));
    const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
    const child = spawn(program, flags.map(here), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    running.set(name, child);
    const [port, path] = health[kind] ?? [0, ''];
    await until(`${name} answers (its words are in ${folder}/${name}.log)`, 30_000, async () => {
      if (child.exitCode !== null)
        throw new Error(`${name} ended: ${readFileSync(join(folder, `${name}.log`), 'utf8').slice(-2000)}`);
      return (await fetch(`http://${addressOf(name, port)}${path}`)).ok;
    });
  }

  async function stop() {
    await Promise.all([...running.keys()].map((name) => end(name)));
  }

  async function end(name: string, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
    const child = running.get(name);
    running.delete(name);
    if (!child || child.exitCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await closed;
    clearTimeout(timer);
  }

  function addressOf(service: string, port: number | string): string {
    const address = addresses.get(`${service}:${port}`);
    if (address === undefined) throw new Error(`${service}: expected a service that listens on ${port}.`);
    return address;
  }
}

/** Processor seconds and memory of a process so far, with its workers. */
export async function cost(service: string, pid: number | undefined): Promise<Cost> {
  const lines = (await run('ps', ['-A', '-o', 'pid=,ppid=,cputimes=,rss='])).trim().split('\n');
  const own = lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((ids) => ids.slice(0, 2).includes(pid ?? 0));
  const [cpuSeconds, kilobytes] = [2, 3].map((column) => own.reduce((sum, fields) => sum + (fields[column] ?? 0), 0));
  return { service, cpuSeconds: cpuSeconds ?? 0, megabytes: Math.round((kilobytes ?? 0) / 1024) };
}

function textFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => textFiles(join(path, name)));
}

/** A port of this machine that nobody listens on yet: below those that the system gives to clients, any of which may be taken before the program listens. */
export function freePort(): Promise<number> {
  const port = 15_000 + randomInt(15_000);
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}
