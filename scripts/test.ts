// npm test: build, type check, lint, unit tests, stories in a real browser, and in CI the stack. The last line is always the sum alone.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { styleText } from 'node:util';
import { ensureBrowser, ensureFirefox, ensureNginx, ensureStackPrograms } from './browser.ts';

type Outcome = { readonly passed: number; readonly failed: number };
type Step = {
  readonly name: string;
  readonly command: readonly string[];
  readonly count?: (exit: number) => Outcome;
  /** It is ended after so long. */
  readonly withinMs?: number;
};

const unitReport = 'build/unit.json';
const e2eReport = 'build/e2e.json';
const stackReport = 'build/stack.json';

const steps: readonly Step[] = [
  // Not a test: nothing to count unless it fails, and then what follows would test an old package.
  {
    name: 'build',
    command: ['node', 'scripts/build.ts'],
    count: (exit) => ({ passed: 0, failed: exit === 0 ? 0 : 1 }),
  },
  { name: 'types', command: ['tsc'] },
  { name: 'lint', command: ['biome', 'check', '.'] },
  {
    name: 'unit tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
    count: (exit) => {
      const { numPassedTests = 0, numFailedTests = 0 } = read(unitReport);
      return atLeastOne(exit, numPassedTests, numFailedTests);
    },
  },
  {
    name: 'browser tests',
    command: ['playwright', 'test'],
    count: (exit) => {
      const { expected = 0, unexpected = 0, flaky = 0 } = read(e2eReport).stats ?? {};
      if (flaky > 0) console.log(`${flaky} passed at the second try only: marked "flaky" above.`);
      return atLeastOne(exit, expected + flaky, unexpected);
    },
  },
];
const stack: Step = {
  name: 'stack',
  command: ['node', 'stack/run.ts', '--quick', '--players', '500', '--report', stackReport],
  withinMs: 20 * 60_000,
  count: (exit) => {
    const { passed = 0, failed = 0 } = read(stackReport);
    return atLeastOne(exit, passed, failed);
  },
};

let running: ReturnType<typeof spawn> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    running?.kill(signal);
    process.exitCode = 1;
  });
}

// First of all, because it may have to be installed and because whoever waits should hear it early.
const browser = found(ensureBrowser);
const firefox = found(ensureFirefox);
const nginx = found(ensureNginx);
const withStack = process.env.CI !== undefined && found(ensureStackPrograms) && (await built());
// Reports of an earlier run must not be counted.
for (const report of [unitReport, e2eReport, stackReport]) rmSync(report, { force: true });
const outcomes = new Map<string, Outcome>();
for (const step of [...steps, ...(withStack ? [stack] : [])]) {
  console.log(styleText('bold', `\n── ${step.name}`));
  const outcome = await take(step);
  outcomes.set(step.name, outcome);
  if (process.exitCode === 1 || (step.name === 'build' && outcome.failed > 0)) break;
}

console.log();
for (const [name, { passed, failed }] of outcomes) {
  console.log(
    `${failed > 0 ? '✗' : '✓'} ${name}${failed > 0 ? `: ${failed} failed` : passed > 1 ? `: ${passed}` : ''}`,
  );
}
const sum = (key: keyof Outcome) => [...outcomes.values()].reduce((total, outcome) => total + outcome[key], 0);
if (sum('failed') > 0) process.exitCode = 1;
if (!firefox) console.log('Skipped for want of a Firefox: everything that is seen in it.');
if (!nginx) console.log('Skipped for want of an nginx: what a cache answers.');
if (process.env.CI && !withStack) console.log('Skipped for want of its programs: the stack.');
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);

async function take({ name, command, count = single, withinMs }: Step): Promise<Outcome> {
  if (name === 'browser tests' && !browser) return single(1);
  try {
    return count(await run(command, withinMs));
  } catch (error) {
    console.error(error);
    return single(1);
  }
}

/** Whether the programs of the stack are there. To build them takes a quarter of an hour; what hinders it is not ours to test. */
async function built(): Promise<boolean> {
  return (await run(['node', 'stack/build.ts'], 30 * 60_000)) === 0;
}

function found<T>(ensure: () => T): T | undefined {
  try {
    return ensure();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

function run([program = '', ...args]: readonly string[], timeout?: number): Promise<number> {
  return new Promise((done, failed) => {
    running = spawn(`node_modules/.bin/${program}`, args, {
      ...(timeout !== undefined && { timeout }),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        ...(browser && { PLAYSCOPE_BROWSER: browser }),
        ...(firefox && { PLAYSCOPE_FIREFOX: firefox }),
      },
      shell: process.platform === 'win32',
    });
    running.once('error', failed).once('close', (code) => done(code ?? 1));
  });
}

function single(exit: number): Outcome {
  return exit === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A runner that fails without a failed test (a file that does not load, an unhandled error) counts as one. */
function atLeastOne(exit: number, passed: number, failed: number): Outcome {
  return { passed, failed: exit !== 0 && failed === 0 ? 1 : failed };
}

function read(report: string) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // The runner died before it could report: its exit code tells.
    return {};
  }
}
