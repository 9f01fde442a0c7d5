// npm run truth [-- flags]: every playback figure of the SDK, held against what was injected and what was seen.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Ground } from './bench.ts';
import { startBench, startGround } from './bench.ts';
import { casesOf, concerns, rtcCasesOf } from './cases.ts';
import { browsersCompared, rowsOf } from './compare.ts';
import { playAll } from './play.ts';
import { accuracyPage, tableText } from './report.ts';
import { startRtcBench } from './webrtc/bench.ts';

const protocols = ['hls', 'dash', 'webrtc'] as const;

const help = `npm run truth -- [flags]
  --only CONCERN      ${concerns.join(', ')}
  --protocol NAME     ${protocols.join(', ')}; default all, the first two at the same time
  --browser NAME      of WebRTC: ${browsersCompared.join(' or ')}; default both
  --case TEXT         cases with this in their name
  --fast              the subset that runs with the tests
  --seed NUMBER       of the random calls, default 1
The whole bench writes docs/accuracy.md.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    protocol: { type: 'string' },
    browser: { type: 'string' },
    case: { type: 'string' },
    fast: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
const { only, protocol, browser, seed, fast = false } = values;
if (
  values.help ||
  wrong('only', only, concerns) ||
  wrong('protocol', protocol, protocols) ||
  wrong('browser', browser, browsersCompared)
) {
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

type Part = Awaited<ReturnType<typeof playAll>>;

const choice = { only, part: values.case, fast, seed: Number(seed) };
const asked = <Name extends string>(names: readonly Name[], name: string | undefined) =>
  names.filter((each) => name === undefined || each === name);

const failures: string[] = [];
const hear = (where: string) => ({
  tell: (what: string, seconds: number) => console.log(`${where}  ${seconds.toFixed(1).padStart(5)} s  ${what}`),
  failed: (what: string, error: unknown) =>
    void failures.push(`${where}  ${what}: ${error instanceof Error ? error.stack : error}`),
});

const ground = await startGround();
const parts = await playParts(ground).finally(ground.close);

const rows = rowsOf(parts.flatMap(({ measurements }) => measurements));
console.log(`\n${tableText(rows)}`);
for (const { figure, wrong } of rows) {
  for (const each of wrong)
    console.log(
      `\n${figure}, ${each.protocol}, ${each.browser}, ${each.case}: expected ${each.expected}, received ${each.received}`,
    );
}
for (const failure of failures) console.log(`\n${failure}`);
if (failures.length > 0 || rows.some(({ held }) => !held)) process.exitCode = 1;
if (!only && !protocol && !browser && !values.case && !fast) {
  const [{ model = 'an unknown processor' } = {}] = cpus();
  const circumstances = {
    machine: `${cpus().length} cores of ${model.replace(/\s+/g, ' ').trim()}, ${process.platform}`,
    browsers: [...new Set(parts.map((part) => part.browser))],
    players: parts.flatMap(({ player = [] }) => player),
    date: new Date().toISOString().slice(0, 10),
  };
  writeFileSync('docs/accuracy.md', accuracyPage(rows, circumstances));
}

/** HLS and DASH share the machine; a connection has it to itself, as its encoder and its decoder are in it too. */
async function playParts(on: Ground): Promise<Part[]> {
  const media = asked(['hls', 'dash'] as const, protocol).map(async (name) => {
    const cases = casesOf({ protocol: name, browser: 'chromium' }, choice);
    return cases.length > 0 ? [await playAll(await startBench(on, name), cases, hear(name))] : [];
  });
  const all = (await Promise.all(media)).flat();
  if (asked(protocols, protocol).includes('webrtc')) {
    for (const name of asked(browsersCompared, browser)) {
      const cases = rtcCasesOf({ protocol: 'webrtc', browser: name }, choice);
      if (cases.length > 0) all.push(await playAll(await startRtcBench(on, name), cases, hear(`webrtc ${name}`)));
    }
  }
  return all;
}

function wrong(flag: string, value: string | undefined, known: readonly string[]): boolean {
  if (value === undefined || known.includes(value)) return false;
  console.error(`--${flag}: expected one of ${known.join(', ')}, received ${value}.`);
  return true;
}
