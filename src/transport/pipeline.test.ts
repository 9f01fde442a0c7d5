import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { receiver } from '../../e2e/transport/receiver.ts';
import { testPage } from '../page/test-page.ts';
import type { Member, Membership, PipelineOptions } from './pipeline.ts';
import { join } from './pipeline.ts';
import { transport } from './transport.ts';

type Asked = { who: string; why: string; nextReportMs: number };

let server: Awaited<ReturnType<typeof receiver>>;
let page: ReturnType<typeof testPage>;
let asked: Asked[];
let joined: Membership[];

beforeEach(async () => {
  server = await receiver();
  page = testPage(vi.stubGlobal);
  asked = [];
  joined = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(async () => {
  // Under the false clock to the end: timers that it holds would never fire under the real one.
  const gone = Promise.all(joined.map((membership) => membership.leave()));
  await run(20_000);
  await gone;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await server.close();
});

const member = (who: string): Member => ({
  async collect(why, nextReportMs) {
    asked.push({ who, why, nextReportMs });
    return [{ signal: 'metrics', body: JSON.stringify({ resourceMetrics: [], who, why }) }];
  },
});
const enter = (who: string, options: Partial<PipelineOptions> = {}, source = member(who)) => {
  const membership = join(source, { endpoint: server.url, reportEveryMs: 10_000, transport, ...options });
  joined.push(membership);
  return membership;
};
const bodies = () => server.arrivals.map(({ text }) => JSON.parse(text) as { who: string; why: string });
const whys = (who: string) => asked.filter((one) => one.who === who).map(({ why }) => why);
const run = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('the first report comes at a random 0.2 to 0.5 of the period, the others at every period, one tenth more or less', async () => {
  const starts: number[] = [];
  for (const random of [0, 0.999]) {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const { leave } = enter('a');
    const before = asked.length;
    const start = performance.now();
    while (asked.length === before) await run(10);
    starts.push(performance.now() - start);
    leave();
    await run(0);
  }
  expect(starts).toEqual([2000, 5000]);
  vi.spyOn(Math, 'random').mockRestore();
  asked = [];
  enter('b');
  await run(5000 + 20 * 10_000);
  const gaps = asked.filter(({ who }) => who === 'b').map(({ nextReportMs }) => nextReportMs);
  expect(gaps.length).toBeGreaterThan(18);
  for (const gap of gaps) expect(Math.abs(gap - 10_000)).toBeLessThanOrEqual(1000);
  expect(new Set(gaps).size).toBe(gaps.length);
});

test('members of one endpoint share one timer, at the shortest period; another endpoint or token does not', async () => {
  enter('slow', { reportEveryMs: 60_000 });
  expect(vi.getTimerCount()).toBe(1);
  enter('fast', { endpoint: `${server.url}/`, reportEveryMs: 5000 });
  expect(vi.getTimerCount()).toBe(1);
  await run(12_000);
  expect(whys('slow').length).toBe(whys('fast').length);
  expect(whys('slow').length).toBeGreaterThanOrEqual(2);
  const timers = vi.getTimerCount();
  enter('token', { headers: { authorization: 'a' } });
  enter('same token', { headers: { authorization: 'a' } });
  expect(vi.getTimerCount()).toBe(timers + 1);
});

test('a report on demand comes at once, but not more than once a second', async () => {
  const { report } = enter('a');
  report();
  await run(0);
  expect(asked).toHaveLength(1);
  for (let again = 0; again < 50; again++) report();
  await run(900);
  expect(asked).toHaveLength(1);
  await run(100);
  expect(asked).toHaveLength(2);
});

test('a member is never asked twice at once by the timer, and a failing one harms no other', async () => {
  let calls = 0;
  const hanging: Member = { collect: () => new Promise(() => calls++) };
  const failing: Member = {
    collect: () => {
      throw new Error('broken');
    },
  };
  enter('hanging', {}, hanging);
  enter('failing', {}, failing);
  enter('good');
  await run(60_000);
  expect(calls).toBe(1);
  expect(whys('good').length).toBeGreaterThanOrEqual(5);
});

test('a hidden tab reports at once and announces the throttled timer; shown again it reports soon', async () => {
  enter('a');
  await run(5000);
  asked = [];
  page.visible(false);
  await run(0);
  expect(asked).toEqual([{ who: 'a', why: 'hidden', nextReportMs: 75_000 }]);
  await run(11_000);
  expect(asked[1]).toEqual({ who: 'a', why: 'tick', nextReportMs: 75_000 });
  page.visible(true);
  await run(1000);
  expect(asked[2]?.why).toBe('tick');
  expect(asked[2]?.nextReportMs).toBeLessThan(12_000);
});

test('leaving the page announces the end, and a return carries on', async () => {
  enter('a');
  page.transition('pagehide', true);
  page.visible(false);
  await run(0);
  expect(asked).toEqual([{ who: 'a', why: 'leave', nextReportMs: 0 }]);
  await vi.waitFor(() => expect(bodies()).toEqual([{ resourceMetrics: [], who: 'a', why: 'leave' }]));
  asked = [];
  page.visible(true);
  page.transition('pageshow', true);
  await run(1000);
  expect(whys('a')).toEqual(['tick']);
});

test('a member that leaves is asked a last time; the last one waits until all is sent and takes timer and listeners along', async () => {
  const first = enter('first');
  const last = enter('last');
  await first.leave();
  expect(whys('first')).toEqual(['end']);
  await first.leave();
  await last.leave();
  expect(bodies().map(({ who, why }) => [who, why])).toEqual([
    ['first', 'end'],
    ['last', 'end'],
  ]);
  page.visible(false);
  page.transition('pagehide', false);
  last.report();
  await run(60_000);
  expect(asked).toHaveLength(2);
  expect(last.dropped()).toEqual({ queue_full: 0, refused: 0, too_large: 0, gave_up: 0 });
});

test('two that leave together both arrive', async () => {
  const both = [enter('a'), enter('b')];
  await Promise.all(both.map(({ leave }) => leave()));
  expect(bodies().map(({ who }) => who)).toEqual(['a', 'b']);
});

test('after the last has left, a new member starts a new pipeline', async () => {
  await enter('old').leave();
  enter('new').report();
  await run(0);
  expect(whys('new')).toEqual(['tick']);
});

test('who leaves first is told when the last word has arrived, and not before', async () => {
  enter('stays');
  const leaves = enter('leaves');
  let arrived: string[] | undefined;
  leaves.leave().then(() => {
    arrived = bodies().map(({ who, why }) => `${who} ${why}`);
  });
  await vi.waitFor(() => expect(arrived).toContain('leaves end'));
});

test('without a transport members are asked all the same, and nothing is sent', async () => {
  const { leave, dropped, takeDropped } = enter('a', { transport: undefined });
  await run(16_000);
  await leave();
  expect(whys('a')).toEqual(['tick', 'tick', 'end']);
  expect(server.arrivals).toEqual([]);
  expect(Object.values({ ...dropped(), ...takeDropped() }).every((count) => count === 0)).toBe(true);
});
