// npm run truth [-- flags]: every playback figure of the SDK, held against what was injected and what was seen.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startGround } from './bench.ts';
import { casesOf, concerns, protocolNames } from './cases.ts';
import { rowsOf } from './compare.ts';
import { playAll } from './play.ts';
import { accuracyPage, tableText } from './report.ts';

const help = `npm run truth -- [flags]
  --only CONCERN      ${concerns.join(', ')}
  --protocol NAME     ${protocolNames.join(' or ')}; default both, at the same time
  --case TEXT         cases with this in their name
  --fast              the subset that runs with the tests
  --seed NUMBER       of the random calls, default 1
The whole bench writes docs/accuracy.md.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    protocol: { type: 'string' },
    case: { type: 'string' },
    fast: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
});
const { only, protocol, seed, fast = false } = values;
if (values.help || wrong('only', only, concerns) || wrong('protocol', protocol, protocolNames)) {
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

const failures: string[] = [];
const ground = await startGround();
const wanted = protocolNames.filter((name) => protocol === undefined || name === protocol);
const played = await Promise.all(
  wanted.map((name) =>
    playAll(ground, name, casesOf(name, { only, part: values.case, fast, seed: Number(seed) }), {
      tell: (what, seconds) => console.log(`${name}  ${seconds.toFixed(1).padStart(5)} s  ${what}`),
      failed: (what, error) => failures.push(`${name}  ${what}: ${error instanceof Error ? error.stack : error}`),
    }),
  ),
).finally(ground.close);

const rows = rowsOf(played.flatMap(({ measurements }) => measurements));
console.log(`\n${tableText(rows)}`);
for (const { figure, wrong } of rows) {
  for (const each of wrong)
    console.log(`\n${figure}, ${each.protocol}, ${each.case}: expected ${each.expected}, received ${each.received}`);
}
for (const failure of failures) console.log(`\n${failure}`);
if (failures.length > 0 || rows.some(({ held }) => !held)) process.exitCode = 1;
if (!only && !protocol && !values.case && !fast) {
  const [{ model = 'an unknown processor' } = {}] = cpus();
  const circumstances = {
    machine: `${cpus().length} cores of ${model.replace(/\s+/g, ' ').trim()}, ${process.platform}`,
    browser: `Chromium ${played[0]?.browser}`,
    players: played.map(({ player }) => player),
    date: new Date().toISOString().slice(0, 10),
  };
  writeFileSync('docs/accuracy.md', accuracyPage(rows, circumstances));
}

function wrong(flag: string, value: string | undefined, known: readonly string[]): boolean {
  if (value === undefined || known.includes(value)) return false;
  console.error(`--${flag}: expected one of ${known.join(', ')}, received ${value}.`);
  return true;
}
