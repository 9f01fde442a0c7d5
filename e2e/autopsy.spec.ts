// Why the picture stood, as the war room says it, held against the fault that was really made.
import { expect } from '@playwright/test';
import { test } from './stage.ts';

test.use({ instrumented: true });

const segments = '/live/**/seg-*.m4s';
const faults = [
  ['a slow upload', { match: '/live/', effect: 'slow-upload', value: 9000, durationMs: 25_000 }, 'publish', 'upload'],
  ['a slow origin', { match: segments, effect: 'delay', value: 9000, durationMs: 25_000 }, 'origin', null],
  ['a playlist that stands', { match: '/live/**', effect: 'stale', durationMs: 14_000 }, 'playlist', null],
] as const;

for (const [what, fault, culprit, step] of faults) {
  test(`${what} is what the autopsy of the stall blames`, async ({ stage, page, context, build }) => {
    test.skip(build === 'script', 'the war room is the same for both builds');
    test.setTimeout(120_000);
    const player = stage.players(page);
    await player.open();
    await player.playing(4);
    await stage.origin.fault(fault);
    await player.until(({ stalls }) => stalls.count > 0, 70_000);
    await player.playing(4);
    await player.detach();
    const stall = await stage.collector.span('livestream.player.stall', ({ durationMs }) => durationMs > 500);

    const room = await context.newPage();
    await room.goto(`${stage.collector.url}/#/trace/${stall.traceId}`);
    const autopsy = room.locator('#autopsy');
    // What the servers tell may come after the stall itself.
    await expect(async () => {
      await room.reload();
      await expect(autopsy).toHaveAttribute('data-culprit', culprit, { timeout: 3000 });
    }).toPass({ timeout: 25_000 });
    if (step) await expect(autopsy).toHaveAttribute('data-step', step);
    await expect(room.locator('#autopsy-sentence')).toContainText(/^The picture stood for .+ because/);
  });
}
