// npm run bench [-- NAME...] [FLAGS]: all benches or those named, one after the other, and docs/benchmarks.md of what they found.
// --page: none, and the page of what the last ones found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { benchmarksPage } from './page.ts';
import type { PartName } from './result.ts';
import { parts, readNotes, readResult } from './result.ts';

const args = process.argv.slice(2);
const isPart = (arg: string): arg is PartName => (parts as readonly string[]).includes(arg);
const firstFlag = args.findIndex((arg) => arg.startsWith('--'));
const names = firstFlag < 0 ? args : args.slice(0, firstFlag);
const flags = firstFlag < 0 ? [] : args.slice(firstFlag);
const unknown = names.filter((name) => !isPart(name));
if (unknown.length > 0) {
  console.error(`bench: expected any of ${parts.join(', ')}; received ${unknown.join(', ')}.`);
  process.exit(2);
}

const began = performance.now();
for (const part of flags.includes('--page') ? [] : names.length > 0 ? names : parts) {
  console.log(`\n── ${part}`);
  const child = spawn(process.execPath, [`bench/${part}/run.ts`, ...flags], { stdio: 'inherit' });
  const [code] = await once(child, 'close');
  // The others are worth having.
  if (code !== 0) process.exitCode = 1;
  console.log(`after ${((performance.now() - began) / 60_000).toFixed(1)} min`);
}

const results = parts.map((part) => ({ part, result: readResult(part) }));
const missing = results.filter(({ result }) => !result).map(({ part }) => part);
if (flags.includes('--quick')) {
  console.log('\nA quick run is for no page.');
} else if (missing.length > 0) {
  console.log(`\nNo page yet: ${missing.join(', ')} still to be run.`);
} else if (process.exitCode !== 1) {
  writeFileSync(
    'docs/benchmarks.md',
    benchmarksPage(results.flatMap(({ part, result }) => (result ? { ...result, notes: readNotes(part) } : []))),
  );
  console.log('\ndocs/benchmarks.md is written.');
}
