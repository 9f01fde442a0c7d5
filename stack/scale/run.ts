// npm run stack:scale: the programs of deploy/scale on one machine, two of what there are many of. Prints what was sent beside what
// was found, and fails when they differ by more than is allowed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { telling } from '../telling.ts';
import { scaleRows } from './rows.ts';

const { values: flags } = parseArgs({
  options: {
    players: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    /** Leaves files, data and logs where they are. */
    keep: { type: 'boolean' },
  },
});
const { say, conclude } = telling();
const folder = mkdtempSync(join(tmpdir(), 'playscope-scale-'));
try {
  conclude(await scaleRows({ folder, say, players: Number(flags.players), seed: Number(flags.seed) }));
} finally {
  if (flags.keep) console.log(`Kept in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}
