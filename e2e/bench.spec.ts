import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from '@playwright/test';

// Whether each bench runs and finds what it looks for. How much that is needs a quiet machine: npm run bench.
const parts = {
  playback: 'heap over none',
  hours: 'heap of hours',
  webrtc: 'script time',
  attach: 'adapter event',
  collector: 'players on one core',
};

for (const [part, goal] of Object.entries(parts)) {
  test(`bench:${part} finds the ${goal}`, () => {
    test.setTimeout(180_000);
    const file = `build/bench/quick/${part}.json`;
    rmSync(file, { force: true });
    const { status, stderr } = spawnSync(process.execPath, [`bench/${part}/run.ts`, '--quick'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { goals, tables } = JSON.parse(readFileSync(file, 'utf8'));
    expect(goals.find(({ what }: { what: string }) => what.includes(goal))?.found).toEqual(expect.any(Number));
    for (const { rows } of tables) expect(rows.length).toBeGreaterThan(0);
  });
}
