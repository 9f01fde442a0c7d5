import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { Member } from './crew.ts';
import { junitOf } from './junit.ts';
import { momentOf } from './moment.ts';
import { settingsOf } from './options.ts';
import type { WatchReport } from './report.ts';
import { reportOf } from './report.ts';
import schema from './report-schema.json' with { type: 'json' };
import { sampleOf } from './sample.ts';
import { summaryOf } from './summary.ts';
import { viewerThat } from './test-viewer.ts';

const plain = { good: (text: string) => text, bad: (text: string) => text, dim: (text: string) => text };
const start = { kind: 'browser', afterMs: 0, process: 0 } as const;
const member = (number: number, more: Partial<Member>): Member => ({
  number,
  start,
  begun: true,
  screenshots: [],
  ...more,
});

const good = member(1, {
  figures: { ...viewerThat({ startup: { result: 'started', durationSec: 0.8 } }), sessionId: 'a1' },
});
const thrownOut = member(2, { figures: viewerThat({ errors: { count: 1, fatal: 'segment_http_404' } }) });
const lost = member(3, { problem: 'hls.js gave up: manifestLoadError, status 404 of <here> & "there"' });

function reportAbout(members: readonly Member[], ...texts: readonly string[]): WatchReport {
  const settings = settingsOf('https://tv.example/one/live.m3u8?a=1&b=2', { viewers: members.length, expect: texts });
  return reportOf({
    ...{
      settings,
      protocol: 'hls',
      streamId: 'one',
      browser: 'chromium 150',
      startedAt: 0,
      interrupted: false,
      members,
    },
    telemetryRefused: 0,
    timeline: [momentOf(members, 60, [0.1, 0.2])],
    seen: {
      ...{ fetchSec: sampleOf([0.1, 0.2]), ttfbSec: sampleOf([0.05]) },
      ...{ stallSec: sampleOf(), liveLatencySec: sampleOf(), rttSec: sampleOf() },
      viewers: members.map(({ figures }) => figures),
    },
  });
}

test('the verdict: all hold, one does not, nobody saw a picture', () => {
  expect(reportAbout([good], 'viewers == 1')).toMatchObject({ verdict: 'passed', problem: null });
  expect(reportAbout([good], 'viewers == 1', 'startup.max < 500ms').verdict).toBe('failed');
  // Whatever was expected of nothing.
  const none = reportAbout([lost], 'viewers == 0');
  expect(none).toMatchObject({ verdict: 'not started', problem: `No viewer saw a picture: ${lost.problem}` });
});

test('each viewer has its result and what was the matter', () => {
  expect(reportAbout([good, thrownOut, lost]).viewers.map(({ result, problem }) => [result, problem])).toEqual([
    ['played', null],
    ['failed', 'segment_http_404'],
    ['never played', lost.problem],
  ]);
});

test('a report is as its schema says', async () => {
  const server = fastify();
  server.post('/', { schema: { body: schema }, handler: () => 'fine' });
  const send = async (payload: object) => (await server.inject({ method: 'POST', url: '/', payload })).json().message;
  const report = reportAbout([good, thrownOut, lost], 'viewers == 1', 'stall.p95 < 1s');
  expect((await server.inject({ method: 'POST', url: '/', payload: report })).body).toBe('fine');
  expect(await send({ ...report, verdict: 'maybe' })).toMatch(/verdict/);
  expect(await send({ ...report, viewers: [{}] })).toMatch(/viewers/);
  await server.close();
  // Fastify leaves out what a schema does not know, so nothing may be unknown to it.
  const { properties: known } = schema;
  expect(Object.keys(known)).toEqual(expect.arrayContaining(Object.keys(report)));
  expect(Object.keys(known.timeline.items.properties)).toEqual(
    expect.arrayContaining(Object.keys(report.timeline[0] ?? {})),
  );
});

test('JUnit has a case for the picture and one for each expectation, with all signs escaped', () => {
  const xml = junitOf(reportAbout([good], 'viewers == 1', 'startup.max < 500ms'));
  expect(xml).toContain('<testsuite name="https://tv.example/one/live.m3u8?a=1&amp;b=2" tests="3" failures="1"');
  expect(xml).toContain('<testcase name="startup.max &lt; 500ms"');
  expect(xml).toContain('<failure message="startup.max is 800 ms, expected &lt; 500ms"/>');
  expect(junitOf(reportAbout([lost]))).toContain('404 of &lt;here&gt; &amp; &quot;there&quot;');
});

test('the table has what was seen, and no line of what was not', () => {
  const text = summaryOf(reportAbout([good, thrownOut, lost], 'viewers == 1', 'errors == 0'), plain);
  expect(text).toContain('hls for 60 s, 3 in chromium 150');
  expect(text).toMatch(/^ {2}fetch +100 ms +200 ms +200 ms +200 ms$/m);
  expect(text).toMatch(/^ {2}startup +1 s +– +– +–$/m);
  expect(text).not.toContain('packet_loss');
  expect(text).toContain('✗ errors == 0   1');
  expect(text).toContain('viewer 2: segment_http_404');
  expect(text.endsWith('1 of 2 expectations do not hold.')).toBe(true);
});
