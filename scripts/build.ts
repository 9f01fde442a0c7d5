// node scripts/build.ts [part...]   builds the named parts, or all of them; says nothing but the time when all is well.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { styleText } from 'node:util';

// Each part is one process: Vite and tsc keep a core busy, and a failing part must not hide another's message.
const parts: Record<string, readonly string[]> = {
  types: ['tsc', '-p', 'tsconfig.build.json'],
  esm: vite('esm'),
  node: vite('node'),
  script: vite('script'),
  warroom: vite('warroom'),
  player: vite('player'),
  report: vite('report'),
  // Bundles the package as its users do, so the package comes first. Warns about each script tag that stays one.
  site: vite('site', 'error'),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !parts[name]);
if (unknown.length > 0) {
  console.error(`build: expected any of ${Object.keys(parts).join(', ')}; received ${unknown.join(', ')}.`);
  process.exit(2);
}

const started = performance.now();
const wanted = Object.keys(parts).filter((name) => asked.length === 0 || asked.includes(name));
// What an earlier build left must not ship.
if (asked.length === 0) rmSync('dist', { recursive: true, force: true });
const results = await Promise.all(wanted.filter((name) => name !== 'site').map(run));
if (wanted.includes('site') && results.every(Boolean)) results.push(await run('site'));

if (!results.every(Boolean)) process.exit(1);
console.log(`built ${wanted.join(', ')} in ${((performance.now() - started) / 1000).toFixed(1)} s`);

async function run(name: string): Promise<boolean> {
  const output: Buffer[] = [];
  const [program = '', ...args] = parts[name] ?? [];
  const child = spawn(`node_modules/.bin/${program}`, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((done) => child.once('close', done));
  const said = Buffer.concat(output).toString().trim();
  if (said) console.log(`${styleText('bold', name)}\n${said}`);
  return code === 0;
}

function vite(mode: string, logLevel = 'warn'): string[] {
  return ['vite', 'build', '--mode', mode, '--logLevel', logLevel];
}
