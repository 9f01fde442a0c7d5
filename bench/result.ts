import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** The benches, in the order of the page. */
export const parts = ['size', 'playback', 'hours', 'webrtc', 'attach', 'collector', 'origin'] as const;
export type PartName = (typeof parts)[number];

/** What was set out to be reached: `found` is to be at most `limit`, or at least if `atLeast`. */
export type Goal = {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  readonly found: number;
  readonly atLeast?: boolean;
  /** Digits that count; what is shown is what is compared. */
  readonly digits?: number;
};

export type Table = { readonly title: string; readonly heads: readonly string[]; readonly rows: readonly Row[] };
type Row = readonly [label: string, ...cells: (string | number)[]];

/** What a bench found, as it is shown. */
export type Found = {
  readonly title: string;
  /** What was compared, with versions, and how: Markdown. */
  readonly method: string;
  readonly goals: readonly Goal[];
  readonly tables: readonly Table[];
};

export type Result = Found & { readonly date: string; readonly machine: string; readonly commit: string };

const folder = (quick: boolean) => (quick ? 'build/bench/quick' : 'build/bench');

/** Keeps what a bench found, for the page; what a quick run found is apart, and for no page. */
export function writeResult(part: PartName, found: Found, { quick = false } = {}): void {
  mkdirSync(folder(quick), { recursive: true });
  const result: Result = {
    ...found,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    commit: commit(),
  };
  writeFileSync(`${folder(quick)}/${part}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

/** What the last run of a bench found, if there was one. */
export function readResult(part: PartName): Result | undefined {
  const text = readIfThere(`${folder(false)}/${part}.json`);
  // JSON knows no NaN, which is what was not measured.
  return text === undefined ? undefined : JSON.parse(text, (_, value) => value ?? Number.NaN);
}

/** What we make of it: why a goal is missed, and what was tried. Markdown. */
export function readNotes(part: PartName): string | undefined {
  return readIfThere(`bench/${part}/notes.md`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isMet({ limit, found, atLeast = false, digits = 1 }: Goal): boolean {
  const shown = Number(found.toFixed(digits));
  return atLeast ? shown >= limit : shown <= limit;
}

function machine(): string {
  const [{ model = 'an unknown processor' } = {}] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores of ${model.replace(/\s+/g, ' ').trim()}, ${memoryGb} GB, ${process.platform}, Node ${process.versions.node}`;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // A package without its history.
    return 'unknown';
  }
}
