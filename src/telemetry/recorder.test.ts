// From words to OTLP: real reducer, real SDK; what is read is the JSON that would be sent.
import { describe, expect, test } from 'vitest';
import { metricAttributes, metrics, spans as spanNames } from '../core/signals.ts';
import type { Line } from '../core/test-events.ts';
import { answered, at, playingFrom500, sent } from '../core/test-events.ts';
import { randomEvents } from '../core/test-random.ts';
import { named, start } from './test-recorder.ts';

const failed = { result: 'failed', status: 503, errorType: 'http_503' } as const;
const manifest = { objectType: 'manifest', url: 'https://cdn.example/master.m3u8' } as const;

describe('startup', () => {
  test('its fetches up to the first frame are its children, those after it are traces of their own', () => {
    const { say, spans } = start();
    say([0, 'load'], sent(10, 1, manifest), answered(60, 1, {}, manifest), [100, 'play'], sent(120, 2));
    say(answered(300, 2), [600, 'playing'], sent(700, 3), answered(800, 3));
    const [startup] = named(spans(), spanNames.startup);
    expect(startup).toMatchObject({ from: 10, to: 600, kind: 1, error: undefined });
    expect(startup?.parentSpanId).toBeUndefined();
    expect(startup?.attributes).toMatchObject({ 'startup.result': 'started', 'startup.duration_s': 0.5 });
    expect(startup?.events).toEqual([{ name: 'play', at: 100 }]);
    const fetches = [...named(spans(), spanNames.manifest), ...named(spans(), spanNames.segment)];
    expect(fetches.map(({ parentSpanId }) => parentSpanId)).toEqual([startup?.spanId, startup?.spanId, undefined]);
    expect(fetches[2]?.traceId).not.toBe(startup?.traceId);
  });

  test('one value of waiting time; none where the tab was hidden, failed or left', async () => {
    const endings: [Line[], number][] = [
      [[[700, 'playing']], 1],
      [[at(100, { hidden: true }), [700, 'playing']], 0],
      [[[700, 'error']], 0],
      [[[700, 'quit']], 0],
    ];
    for (const [tape, count] of endings) {
      const { say, points } = start();
      say([0, 'load'], [0, 'play'], ...tape);
      expect(await points('livestream.player.startup.duration')).toHaveLength(count);
    }
  });

  test('a failed or abandoned start is an error', () => {
    const broken = start();
    broken.say([0, 'play'], [900, 'error', { errorType: 'manifest_parse' }]);
    expect(named(broken.spans(), spanNames.startup)).toMatchObject([
      { error: 'manifest_parse', attributes: { 'startup.result': 'failed' } },
    ]);
    const gone = start();
    gone.say([0, 'play'], [900, 'quit']);
    expect(named(gone.spans(), spanNames.startup)).toMatchObject([{ attributes: { 'startup.result': 'left' } }]);
    expect(named(gone.spans(), spanNames.startup)[0]?.error).toBeDefined();
  });

  test('what was preloaded and never asked for is no failure', () => {
    const { say, spans } = start();
    say([0, 'load'], sent(10, 1, manifest), answered(60, 1, {}, manifest), [9000, 'quit']);
    expect(named(spans(), spanNames.startup)).toMatchObject([
      { error: undefined, to: 9000, attributes: { 'startup.result': 'not_asked' } },
    ]);
  });

  test('attached midway: later fetches do not hang on a start that nobody saw', () => {
    const { say, spans } = start();
    say([0, 'load'], sent(10, 1), [20, 'playing', { position: 40 }], answered(60, 1), sent(3000, 2), answered(3100, 2));
    const fetches = named(spans(), spanNames.segment);
    expect(fetches.at(-1)?.parentSpanId).toBeUndefined();
    expect(named(spans(), spanNames.startup)).toMatchObject([{ to: 20, attributes: { 'startup.result': 'unseen' } }]);
  });

  test('slow ones are trouble', () => {
    const { say, troubles } = start();
    say([0, 'load'], [0, 'play'], [5001, 'playing']);
    expect(troubles).toEqual(['slow_start']);
  });
});

describe('stalls and seeks', () => {
  test('a stall links the fetches it waited for, and counts by cause', async () => {
    const { say, spans, all, troubles } = start();
    say(...playingFrom500, sent(1000, 1), sent(1100, 2), answered(1200, 2), at(2000), [2000, 'waiting']);
    say(answered(4000, 1, failed), [4500, 'playing']);
    const [stall] = named(spans(), spanNames.stall);
    expect(stall).toMatchObject({ from: 2000, to: 4500 });
    expect(stall?.attributes).toMatchObject({
      'stall.cause': 'network',
      'stall.duration_s': 2.5,
      'stall.ended_by': 'playing',
      'view.id': 'a1b2.1',
    });
    const waitedFor = spans().find(({ attributes }) => attributes['fetch.result'] === 'failed');
    expect(stall?.links.map(({ spanId }) => spanId)).toEqual([waitedFor?.spanId]);
    expect(troubles).toEqual(['stall']);
    const points = await all();
    expect(points).toContainEqual(expect.objectContaining({ name: 'livestream.player.stalls', value: 1 }));
    expect(points.find(({ name }) => name === 'livestream.player.stall.duration')).toMatchObject({
      value: 2.5,
      count: 1,
    });
  });

  test('a seek that another wish cut short has a span but no duration', async () => {
    const { say, spans, points } = start();
    say(...playingFrom500, [2000, 'seek', { to: 60 }], [2400, 'playing'], [3000, 'seek', { to: 9 }], [3300, 'ended']);
    expect(named(spans(), spanNames.seek).map(({ from, to }) => to - from)).toEqual([400, 300]);
    const [duration, ...more] = await points('livestream.player.seek.duration');
    expect(duration).toMatchObject({ value: 0.4, count: 1 });
    expect(more).toEqual([]);
  });
});

describe('fetches', () => {
  test('one span an attempt, by the conventions, the URL redacted', () => {
    const { say, spans } = start();
    const rest = { sequence: 7, durationSec: 2, bufferAheadSec: 1.5, retry: 1 } as const;
    const url = 'https://u:p@cdn.example:8443/7.m4s?token=S3CR3T';
    say(...playingFrom500, sent(1000, 1, { ...rest, url }));
    const phases = { wait: 80, protocol: 'h2' };
    say(answered(1900, 1, { durationMs: 900, ttfbMs: 100, bytes: 5000, cache: 'miss', phases }, { ...rest, url }));
    const [fetch] = named(spans(), spanNames.segment);
    expect(fetch).toMatchObject({ kind: 3, from: 1000, to: 1900, error: undefined });
    expect(fetch?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.request.resend_count': 1,
      'server.address': 'cdn.example',
      'server.port': 8443,
      'url.full': 'https://cdn.example:8443/7.m4s?token=REDACTED',
      'segment.sequence': 7,
      'segment.duration_s': 2,
      'segment.size_bytes': 5000,
      'cache.status': 'miss',
      'network.protocol.version': '2',
      'timing.wait_s': 0.08,
    });
    expect(fetch?.attributes.deadline_margin_s).toBeCloseTo(0.6);
    expect(fetch?.attributes).not.toHaveProperty('timing.dns_s');
  });

  test('each failed attempt counts once as not fatal, the end once as fatal', async () => {
    const { say, points, troubles } = start();
    say(...playingFrom500, sent(1000, 1), answered(1100, 1, failed), sent(1200, 2), answered(1300, 2, failed));
    say(sent(1400, 3), answered(1500, 3, { result: 'aborted' }));
    say([1600, 'error', { errorType: 'http_503' }], [1700, 'error', { errorType: 'http_503' }], [1800, 'quit']);
    const errors = (await points('livestream.errors')).map(({ value, attributes }) => [
      attributes['error.type'],
      attributes['error.fatal'],
      value,
    ]);
    expect(errors).toEqual([
      ['http_503', false, 2],
      ['http_503', true, 1],
    ]);
    expect(troubles).toEqual(['fatal_error']);
  });

  test('durations are of what was delivered, and not of what was held back on purpose', async () => {
    const { say, all } = start();
    const blocking = { blocking: true, objectType: 'manifest' } as const;
    say(...playingFrom500, sent(1000, 1), answered(1200, 1, { durationMs: 200, ttfbMs: 50, bytes: 70 }));
    say(sent(1300, 2), answered(1400, 2, { ...failed, bytes: 5 }), sent(1500, 3, blocking));
    say(answered(3500, 3, { durationMs: 2000, bytes: 9 }, blocking));
    const points = await all();
    const durations = points.filter(({ name }) => name === 'livestream.segment.fetch.duration');
    expect(durations).toMatchObject([{ count: 1, value: 0.2, attributes: { 'object.type': 'video' } }]);
    const sizes = points.filter(({ name }) => name === 'livestream.segment.fetch.size').map(({ value }) => value);
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(84);
  });

  test('of a segment that was sent while it was produced, the first byte counts, its duration and deadline do not', async () => {
    const { say, all, spans } = start();
    const rest = { chunked: true, durationSec: 2, bufferAheadSec: 1.5 } as const;
    say(...playingFrom500, sent(1000, 1, rest), answered(3000, 1, { durationMs: 2000, ttfbMs: 60, bytes: 70 }, rest));
    const points = await all();
    const [ttfb, ...more] = points.filter(({ name }) => name === 'livestream.segment.fetch.ttfb');
    expect(ttfb).toMatchObject({ count: 1, value: 0.06 });
    expect(more).toEqual([]);
    expect(points.map(({ name }) => name)).not.toContain('livestream.segment.fetch.duration');
    const [fetch] = named(spans(), spanNames.segment);
    expect(fetch).toMatchObject({
      from: 1000,
      to: 3000,
      attributes: { 'segment.chunked': true, 'segment.size_bytes': 70 },
    });
    expect(fetch?.attributes).not.toHaveProperty('deadline_margin_s');
  });

  test('hosts are bounded', async () => {
    const { say, points } = start();
    for (let id = 1; id <= 30; id++) {
      const rest = { url: `https://host${id}.example/a` };
      say(sent(id * 100, id, rest), answered(id * 100 + 50, id, {}, rest));
    }
    const hosts = (await points('livestream.segment.fetch.size')).map(({ attributes }) => attributes['cdn.host']);
    expect(hosts).toHaveLength(9);
    expect(hosts).toContain('other');
  });

  test('a request that is open when the view ends is neither failed nor measured', async () => {
    for (const last of [
      [3000, 'quit'],
      [3000, 'load', { source: 'b.m3u8' }],
    ] as Line[]) {
      const { say, spans, all, record } = start();
      say(...playingFrom500, sent(2000, 1), last);
      record.close(3000);
      expect(named(spans(), spanNames.segment)).toMatchObject([
        { to: 3000, error: undefined, attributes: { 'fetch.result': 'detached' } },
      ]);
      const names = (await all()).map(({ name }) => name);
      expect(names).not.toContain('livestream.segment.fetch.duration');
      expect(names).not.toContain('livestream.errors');
    }
  });

  test('the context for a header exists from the moment it was sent', () => {
    const { say, record, spans } = start();
    say(...playingFrom500, sent(1000, 1));
    expect(record.contextOf(2)).toBeUndefined();
    const context = record.contextOf(1);
    say(answered(1100, 1));
    expect(named(spans(), spanNames.segment)[0]).toMatchObject({ spanId: context?.spanId, traceId: context?.traceId });
  });
});

describe('checkpoints', () => {
  test('one each 60 s and one at the end, with the totals so far and a link to the start', () => {
    const { say, report, spans } = start();
    say(...playingFrom500);
    for (let ms = 10_000; ms <= 130_000; ms += 10_000) {
      say(at(ms));
      report(ms);
    }
    say([135_000, 'quit']);
    const checkpoints = named(spans(), spanNames.session);
    expect(checkpoints.map(({ from, to }) => [from, to])).toEqual([
      [0, 60_000],
      [60_000, 120_000],
      [120_000, 135_000],
    ]);
    expect(checkpoints.map(({ attributes }) => attributes['view.checkpoint'])).toEqual([0, 1, 2]);
    expect(checkpoints[2]?.attributes).toMatchObject({
      'view.final': true,
      'view.ended_by': 'quit',
      'view.plays': 1,
      'view.playing_s': 134.5,
      'view.startup_s': 0.5,
    });
    const [startup] = named(spans(), spanNames.startup);
    for (const { links } of checkpoints) expect(links.map(({ spanId }) => spanId)).toEqual([startup?.spanId]);
  });

  test('a viewing that begins later has its first after a minute of its own', () => {
    const { say, report, spans } = start();
    say(...playingFrom500, [5000, 'ended']);
    report(10_000);
    for (const ms of [30_000, 60_000, 90_000]) say(at(ms));
    say([100_000, 'play'], [100_200, 'playing']);
    report(101_000);
    expect(named(spans(), spanNames.session)).toHaveLength(1);
    for (let ms = 110_000; ms <= 160_000; ms += 10_000) say([ms, 'sample', { position: 0 }]);
    report(160_000);
    expect(named(spans(), spanNames.session).at(-1)).toMatchObject({
      from: 100_000,
      to: 160_000,
      attributes: { 'view.id': 'a1b2.2' },
    });
  });

  test('a viewing that has stood since the last leaves none', () => {
    const { say, report, spans } = start();
    say(...playingFrom500, at(50_000), [50_000, 'pause']);
    for (let ms = 60_000; ms <= 300_000; ms += 10_000) report(ms);
    expect(named(spans(), spanNames.session)).toHaveLength(1);
    say([310_000, 'play'], [310_200, 'playing', { position: 49.5 }]);
    report(320_000);
    expect(named(spans(), spanNames.session)).toMatchObject([{ to: 60_000 }, { from: 60_000, to: 320_000 }]);
  });

  test('a page that was only opened leaves none', () => {
    const { say, spans } = start();
    say([9000, 'quit']);
    expect(spans()).toEqual([]);
  });
});

describe('whatever happens', () => {
  const allowed = new Set<string>(metricAttributes);

  test('names, attributes and units are those of the catalogue; no id and no URL on any point', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { report, all, session, record, spans } = runRandom(seed);
      report(session().at + 10_000);
      for (const { name, value, attributes } of await all()) {
        expect(Object.keys(metrics)).toContain(name);
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(Object.keys(attributes).filter((key) => !allowed.has(key))).toEqual([]);
        expect(JSON.stringify(attributes)).not.toMatch(/https?:|a1b2/);
        expect(attributes).toMatchObject({ 'stream.id': 'demo', protocol: 'hls', 'player.name': 'hls.js' });
      }
      record.close(session().at);
      for (const span of spans()) {
        expect(Object.values<string>(spanNames)).toContain(span.name);
        expect(span.to, `${span.name} of seed ${seed}`).toBeGreaterThanOrEqual(span.from);
        expect(span.attributes).toMatchObject({ 'session.id': 'a1b2', 'stream.id': 'demo', protocol: 'hls' });
        expect(span.attributes['view.id']).toMatch(/^a1b2\.\d+$/);
        expect(JSON.stringify(span.attributes)).not.toContain('NaN');
      }
    }
  });

  test('each request that was sent ends as one span, and each span that begins ends', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { session, record, spans, sentRequests } = runRandom(seed);
      record.close(session().at);
      const fetches = spans().filter(({ kind }) => kind === 3);
      expect(fetches.length, `seed ${seed}`).toBe(sentRequests);
    }
  });
});

/** A run over random words, in which each request has an id of its own. */
function runRandom(seed: number) {
  const run = start();
  let sentRequests = 0;
  for (const { at: ms, ...word } of randomEvents(seed, 80)) {
    if (word.type !== 'request') {
      run.say([ms, word.type, word as never]);
      continue;
    }
    if (!word.outcome) sentRequests += 1;
    const id = word.outcome ? word.request.id % (sentRequests + 1) : sentRequests;
    run.say([ms, 'request', { ...word, request: { ...word.request, id } } as never]);
  }
  return { ...run, sentRequests };
}
