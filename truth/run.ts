// npm run truth: every playback figure of the SDK, held against what was injected and what was seen.
import { parseArgs } from 'node:util';
import type { Protocol } from '../e2e/protocol.ts';
import { startBench, startGround } from './bench.ts';
import { concerns } from './cases.ts';
import type { Measurement } from './compare.ts';
import { rowsOf } from './compare.ts';
import { tableText } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    protocol: { type: 'string' },
    fast: { type: 'boolean' },
    match: { type: 'string' },
  },
});
const measurements: Measurement[] = [];
const failures: string[] = [];
const ground = await startGround();
const asked = (values.protocol ? [values.protocol] : ['hls']) as Protocol[];
try {
  await Promise.all(asked.map(play));
} finally {
  await ground.close();
}
const rows = rowsOf(measurements);
console.log(tableText(rows));
for (const { wrong } of rows) for (const each of wrong) console.log('  ', JSON.stringify(each));
for (const failure of failures) console.log(failure);
if (failures.length > 0 || rows.some(({ held }) => !held)) process.exitCode = 1;

async function play(protocol: Protocol) {
  const bench = await startBench(ground, protocol, (measurement) => measurements.push(measurement));
  try {
    for (const [concern, cases] of Object.entries(concerns)) {
      if (values.only && values.only !== concern) continue;
      for (const each of cases) {
        if (values.fast && !each.fast) continue;
        if (values.match && !each.name.includes(values.match)) continue;
        if (each.protocols && !each.protocols.includes(protocol)) continue;
        const from = performance.now();
        try {
          const compared = await each.play(bench);
          for (const { case: of, ...rest } of compared) {
            measurements.push({ protocol, case: `${each.name}${of ? `: ${of}` : ''}`, ...rest });
          }
        } catch (error) {
          failures.push(`${protocol} ${concern}, ${each.name}: ${error instanceof Error ? error.stack : error}`);
        }
        await bench.origin.heal();
        console.log(`${protocol} ${concern}: ${each.name} (${Math.round((performance.now() - from) / 100) / 10} s)`);
      }
    }
  } finally {
    await bench.close();
  }
}
