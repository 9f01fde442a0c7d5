import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Figures } from '../core/snapshot.ts';
import type { Crew } from './crew.ts';
import { crew } from './crew.ts';
import { planOf } from './plan.ts';
import { viewerThat } from './test-viewer.ts';
import type { Viewer } from './viewer.ts';

type Scripted = Viewer & { now: Figures; trouble: string | undefined; readonly did: string[] };

function scripted(): Scripted {
  const viewer: Scripted = {
    kind: 'browser',
    now: viewerThat(),
    trouble: undefined,
    did: [],
    snapshot: async () => viewer.now,
    problem: () => viewer.trouble,
    screenshot: async (path) => void viewer.did.push(path),
    stop: async () => void viewer.did.push('stop'),
  };
  return viewer;
}

const hasBegun = ({ members }: Crew, count = members.length) =>
  vi.waitFor(() => expect(members.filter(({ viewer, problem }) => viewer || problem)).toHaveLength(count));
const begun = (viewers: number) => planOf({ viewers, light: 0, rampSec: 0 });

test('each has its figures, and who cannot begin has the reason', async () => {
  const viewer = scripted();
  const team = crew(begun(2), async ({ number }) => {
    if (number === 2) throw new Error('there is no room\nat line 3');
    return viewer;
  });
  await hasBegun(team);
  await team.look();
  const [first, second] = team.members;
  expect(first?.figures).toBe(viewer.now);
  expect(second).toMatchObject({ begun: true, problem: 'there is no room' });
  expect(team.isLost()).toBe(false);
  await team.stop();
  expect(viewer.did).toEqual(['stop']);
});

test('all is lost when all have begun and none can get a picture any more', async () => {
  const viewer = scripted();
  viewer.now = viewerThat({ startup: { result: 'pending', durationSec: null } });
  const team = crew(begun(1), async () => viewer);
  await hasBegun(team);
  await team.look();
  expect(team.isLost()).toBe(false);
  viewer.trouble = 'gave up';
  await team.look();
  expect(team.isLost()).toBe(true);
  viewer.trouble = undefined;
  await team.look();
  expect(team.isLost()).toBe(false);
  await team.stop();
});

test('a stall has one picture, as soon as it is one', async () => {
  const viewer = scripted();
  const stalled = (count: number, durationSec: number | null) =>
    viewerThat({ stalls: { count, current: durationSec === null ? null : { durationSec, cause: 'network' } } });
  const team = crew(begun(1), async () => viewer, '/stalls');
  await hasBegun(team);
  for (const now of [
    stalled(0, null),
    stalled(0, 0.05),
    stalled(0, 0.6),
    stalled(0, 1.6),
    stalled(1, null),
    stalled(1, 1),
  ]) {
    viewer.now = now;
    await team.look();
  }
  expect(viewer.did).toEqual([1, 2].map((stall) => join('/stalls', `viewer-1-stall-${stall}.png`)));
  expect(team.members[0]?.screenshots).toEqual(viewer.did);
  await team.stop();
});

test('who has not begun when it is over never does, and is no failure', async () => {
  const team = crew(planOf({ viewers: 2, light: 0, rampSec: 3600 }), async () => scripted());
  await hasBegun(team, 1);
  await team.stop();
  expect(team.members.map(({ begun, problem }) => [begun, problem])).toEqual([
    [true, undefined],
    [false, undefined],
  ]);
});
