import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from '@playwright/test';

// Whether each bench runs and finds something. What it finds needs a quiet machine: npm run bench.
for (const part of ['playback', 'hours', 'webrtc', 'attach', 'collector']) {
  test(`bench:${part} finds figures for its tables`, () => {
    test.setTimeout(180_000);
    const file = `build/bench/quick/${part}.json`;
    rmSync(file, { force: true });
    const { status, stderr } = spawnSync(process.execPath, [`bench/${part}/run.ts`, '--quick'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { goals, tables } = JSON.parse(readFileSync(file, 'utf8'));
    expect(goals.length).toBeGreaterThan(0);
    for (const { rows } of tables) expect(rows.flat().some((cell: unknown) => typeof cell === 'number')).toBe(true);
  });
}
