import { expect, test } from 'vitest';
import type { Span } from '../api.ts';
import { evidenceOf } from './evidence.ts';
import { answered, connection, fetched, key, linkTo, playlist, published, stall } from './test-spans.ts';
import { verdictOf } from './verdict.ts';

const verdict = (stood: Span, spans: readonly Span[]) => {
  const { sentence, ...rest } = verdictOf(evidenceOf(stood, [stood, ...spans]));
  return { ...rest, sentence: sentence.replaceAll('\u00a0', ' ') };
};

const quick = { mux: 20, encrypt: 5, upload: 60, manifest: 15 };
const usual = [published(4708, -5900, quick), published(4709, -3900, quick), published(4710, -1900, quick)].flat();
const before = [fetched(4709, -3700, 200), fetched(4710, -1700, 200)];
const polls = [-3800, -1800, 200, 1200, 2200].map((at) => playlist(at, 30));

test.each([
  ['mux', { ...quick, mux: 2820 }, 'mux took 2.8 s'],
  ['encrypt', { ...quick, encrypt: 2805 }, 'encrypt took 2.8 s'],
  ['upload', { ...quick, upload: 2860 }, 'upload took 2.9 s'],
  ['manifest update', { ...quick, manifest: 2815 }, 'manifest update took 2.8 s'],
])('live edge: a slow %s made the segment late', (step, steps, words) => {
  // 4711 has its last frame at 100 and is there at 3000; the player asks at 3030 and shows it at 3200.
  const made = published(4711, 100, steps);
  const late = fetched(4711, 3030, 150, {}, { links: linkTo(made[0] as Span) });
  const found = verdict(stall(3200, 'live_edge'), [...usual, ...before, ...polls, ...made, late]);
  expect(found.sentence).toBe(
    `The picture stood for 3.2 s because segment 4711 was published 2.8 s late: the ${words}`,
  );
  expect(found).toMatchObject({ culprit: 'publish', step });
  expect(found.figures.filter(({ slow }) => slow).map(({ label }) => label)).toEqual([step]);
  expect(found.figures).toContainEqual({ label: 'quickest of 3 others', text: '100\u00a0ms', slow: false });
  expect(found.figures).toContainEqual({ label: 'segment', text: '2\u00a0s', slow: false });
});

test('live edge: a segment that waits for the one before it, and a publish that is found by its number alone', () => {
  const made = published(4711, 100, { waiting: 1900, ...quick, upload: 1000 });
  const found = verdict(stall(3300, 'live_edge'), [...usual, ...before, ...polls, ...made, fetched(4711, 3060, 100)]);
  expect(found.sentence).toBe(
    'The picture stood for 3.3 s because segment 4711 was published 2.8 s late: it waited 1.9 s for its turn, and the upload took 1 s',
  );
});

test('a late publish that the player asks for in vain is no fault of the network', () => {
  const made = published(4711, -1000, { ...quick, upload: 3900 });
  const missing = { 'fetch.result': 'failed', 'http.response.status_code': 404, 'error.type': 'http_404' };
  const attempts = [
    fetched(4711, -900, 20, missing),
    fetched(4711, 200, 20, missing),
    fetched(4711, 1300, 20, missing),
  ];
  const found = verdict(stall(3200, 'network', linkTo(...attempts)), [
    ...usual,
    ...before,
    ...made,
    ...attempts,
    fetched(4711, 3000, 150),
  ]);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because segment 4711 was published 3.8 s late: the upload took 3.9 s',
  );
});

test('sound that is as late as the picture does not stand for it, and sound that is late alone does', () => {
  const made = published(4711, 100, { ...quick, upload: 2860 });
  const [picture, sound] = [fetched(4711, 3060, 50), fetched(4711, 3060, 120, { 'object.type': 'audio' })];
  const whole = [...usual, ...before, ...made, picture];
  expect(verdict(stall(3200, 'live_edge'), [...whole, { ...sound, spanId: 'sound' }]).sentence).toMatch(
    /because segment 4711/,
  );
  const alone = [...whole.filter((each) => each !== picture), fetched(4711, 200, 50), { ...sound, spanId: 'sound' }];
  expect(verdict(stall(3200, 'live_edge'), alone).sentence).toMatch(/because audio segment 4711/);
});

test('a server clock that is ten seconds ahead changes nothing', () => {
  const made = published(4711, 100 + 10_000, { ...quick, upload: 2860 });
  const clock = { 'clock.offset_ms': 10_000, 'clock.offset_error_ms': 8 };
  const late = fetched(4711, 3060, 120, clock, { links: linkTo(made[0] as Span) });
  expect(verdict(stall(3200, 'live_edge'), [...before, ...polls, ...made, late])).toMatchObject({
    culprit: 'publish',
    step: 'upload',
  });
});

test('origin: it began to answer late', () => {
  const slow = fetched(4711, -3200, 6400, { ttfb_s: 5.13 });
  const origin = answered(slow, 6300, 5100, linkTo(published(4711, -3400, quick)[0] as Span));
  const found = verdict(stall(3200, 'network', linkTo(slow)), [
    ...usual,
    ...before,
    slow,
    origin,
    ...published(4711, -3400, quick),
  ]);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because segment 4711 took 6.4 s to arrive: the origin began to answer after 5.1 s',
  );
  expect(found.culprit).toBe('origin');
  // Without its span nobody knows who kept it waiting.
  expect(verdict(stall(3200, 'network', linkTo(slow)), [...before, slow]).sentence).toMatch(
    /: the server began to answer after 5\.1 s$/,
  );
});

test('network: the answer began at once, and took its time', () => {
  const slow = fetched(4711, -1000, 4100, { ttfb_s: 0.08, 'timing.wait_s': 0.06, 'timing.receive_s': 4.02 });
  const found = verdict(stall(3200, 'network', linkTo(slow)), [
    ...usual,
    ...before,
    slow,
    answered(slow, 4050, 50),
    ...published(4711, -1200, quick),
  ]);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because the network took 4 s to deliver 600 kB of segment 4711',
  );
  expect(found.culprit).toBe('network');
});

test('network: a quick origin behind a slow line is not to blame for the wait', () => {
  const slow = fetched(4711, -1000, 4100, { ttfb_s: 3.9 });
  expect(verdict(stall(3200, 'network', linkTo(slow)), [...before, slow, answered(slow, 60, 50)]).culprit).toBe(
    'network',
  );
});

test('network: the player gave up what came too slowly, and what it asked for instead was no quicker', () => {
  const given = fetched(4711, -2400, 2200, { 'fetch.result': 'aborted', ttfb_s: 0.4, 'segment.size_bytes': 9000 });
  const lower = fetched(4711, 100, 3000, { ttfb_s: 0.002, 'timing.receive_s': 2.998, 'segment.size_bytes': 29_000 });
  const found = verdict(stall(3200, 'network', linkTo(given, lower)), [
    ...usual,
    ...before,
    ...polls,
    given,
    lower,
    ...published(4711, -2500, quick),
  ]);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because the network took 5.1 s to deliver 38 kB of segment 4711, in 2 attempts',
  );
  expect(found.culprit).toBe('network');
});

test('origin: the player gave up before a first byte', () => {
  const late = { 'fetch.result': 'failed', 'error.type': 'timeout', 'segment.size_bytes': 0 };
  const given = fetched(4711, -6000, 6000, late);
  const again = fetched(4711, 0, 3000, { ttfb_s: 2.98 });
  const spans = [...usual, ...before, given, again, ...published(4711, -6200, quick)];
  const found = verdict(stall(3200, 'network', linkTo(given, again)), spans);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because segment 4711 took 9 s to arrive: the server had not begun to answer after 6 s',
  );
  expect(found.culprit).toBe('origin');
  // Its span was open all the time, and says that no answer was begun.
  const open = { ...answered(given, 5990, 0), attributes: { 'stream.id': 'demo' } };
  expect(verdict(stall(3200, 'network', linkTo(given, again)), [...spans, open]).sentence).toMatch(
    /: the origin had not begun to answer after 6 s$/,
  );
});

test('network: connecting', () => {
  const slow = fetched(4711, -1000, 4100, { 'timing.dns_s': 3, 'timing.connect_s': 0.4, 'timing.wait_s': 0.1 });
  expect(verdict(stall(3200, 'network', linkTo(slow)), [slow]).sentence).toMatch(
    /because connecting to the server took 3\.4 s$/,
  );
});

test('network: it failed again and again', () => {
  const broken = { 'fetch.result': 'failed', 'http.response.status_code': 503, 'error.type': 'http_503' };
  const attempts = [fetched(4711, -500, 20, broken), fetched(4711, 500, 20, broken), fetched(4711, 2500, 20, broken)];
  const found = verdict(stall(3200, 'network', linkTo(...attempts)), [
    ...usual,
    ...before,
    ...attempts,
    fetched(4711, 3000, 100),
    ...published(4711, -700, quick),
  ]);
  expect(found.sentence).toBe(
    'The picture stood for 3.2 s because segment 4711 could not be had for 3.5 s: it failed 3 times (HTTP 503)',
  );
  expect(found.culprit).toBe('failed');
});

test('playlist: it was answered, and named nothing new', () => {
  // Published at 2000 as it should be, and asked for at 8100: 9.8 s after the one before it.
  const late = fetched(4711, 8100, 150);
  const spans = [...usual, ...before, ...polls, playlist(8000, 30), ...published(4711, 1900, quick), late];
  const found = verdict(stall(8300, 'live_edge'), spans);
  expect(found.sentence).toBe(
    'The picture stood for 8.3 s because the playlist was not updated for 9.8 s: segment 4711 had been published 6.1 s before it was asked for',
  );
  expect(found.culprit).toBe('playlist');
  // With a publisher that tells nothing, the gap is all that there is.
  expect(verdict(stall(8300, 'live_edge'), [...before, ...polls, late]).sentence).toMatch(
    /because the playlist was not updated for 9\.8 s$/,
  );
});

test('playlist: it took long to arrive, or failed', () => {
  const slow = playlist(-1000, 6000, { ttfb_s: 5.9 });
  const spans = [...usual, ...before, ...published(4711, -900, quick), fetched(4711, 5020, 150)];
  const found = verdict(stall(5200, 'network', linkTo(slow)), [...spans, slow]);
  expect(found.sentence).toBe(
    'The picture stood for 5.2 s because the playlist took 6 s to arrive: the server began to answer after 5.9 s',
  );
  const failed = [-700, 1000, 3000].map((at) =>
    playlist(at, 30, { 'fetch.result': 'failed', 'error.type': 'http_500' }),
  );
  expect(verdict(stall(5200, 'network', linkTo(...failed)), [...spans, ...failed]).sentence).toBe(
    'The picture stood for 5.2 s because the playlist could not be had for 5.8 s: it failed 3 times (http 500)',
  );
});

test('network: the playlist itself was long on its way', () => {
  const slow = playlist(-1000, 6000, { ttfb_s: 0.1, 'timing.receive_s': 5.9 });
  const found = verdict(stall(5200, 'network', linkTo(slow)), [
    ...usual,
    ...before,
    ...published(4711, -900, quick),
    slow,
    fetched(4711, 5020, 150),
  ]);
  expect(found).toMatchObject({
    culprit: 'network',
    sentence: 'The picture stood for 5.2 s because the network took 5.8 s to deliver the playlist',
  });
});

test('key: it failed, or its answer was late', () => {
  const broken = { 'fetch.result': 'failed', 'http.response.status_code': 503 };
  const attempts = [key(-900, 20, broken), key(1000, 20, broken)];
  const found = verdict(stall(3200, 'key', linkTo(...attempts)), [...attempts, key(3000, 100)]);
  expect(found).toMatchObject({
    culprit: 'key',
    sentence: 'The picture stood for 3.2 s because the key was missing for 4 s: its fetch failed twice (HTTP 503)',
  });
  const slow = key(-900, 4000, { ttfb_s: 3.95 });
  expect(verdict(stall(3200, 'key', linkTo(slow)), [slow, answered(slow, 3960, 3940)]).sentence).toBe(
    'The picture stood for 3.2 s because the key was missing for 4 s: the origin began to answer after 3.9 s',
  );
});

test('decode: media enough, and no picture', () => {
  const found = verdict(stall(3200, 'decode', [], { 'buffer.length_s': 3 }), [...before, ...usual]);
  expect(found).toMatchObject({
    culprit: 'decode',
    sentence: 'The picture stood for 3.2 s although 3 s of media were buffered: the decoder gave no frames',
  });
});

test('nothing slow is no cause', () => {
  const found = verdict(stall(3200, 'unknown'), [...usual, ...before, ...polls, fetched(4711, 100, 60)]);
  expect(found.culprit).toBe('unknown');
});

const frozen = stall(1400, 'webrtc', [], { protocol: 'webrtc' });

test('freeze: packets lost on the way to the viewer, as both sides tell it', () => {
  const player = connection('player', 'rtp.received.video', { packets: 4800, packets_lost: 200, nacks: 120, plis: 3 });
  const leg = connection('viewer', 'rtp.sent.video', { packets: 5000, packets_lost: 198, nacks: 118, plis: 2 });
  const ingest = connection('publisher', 'rtp.received.video', { packets: 5000, packets_lost: 0, nacks: 0, plis: 1 });
  const found = verdict(frozen, [...player, ...leg, ...ingest]);
  expect(found).toMatchObject({ culprit: 'webrtc', step: 'loss' });
  expect(found.sentence).toBe(
    'The picture froze for 1.4 s because 4 % of the video packets (200 of 5,000) were lost on the way to the viewer. The player sent 120 NACK and 3 PLI; the server got 118 and 2'.replace(
      '4%',
      '4 %',
    ),
  );
  expect(found.figures.map(({ label, text }) => [label, text.replaceAll('\u00a0', ' ')])).toEqual([
    ['player', '4 % lost · 120 NACK · 3 PLI'],
    ['server to player', '4 % lost · 118 NACK · 2 PLI'],
    ['publisher to server', '0 % lost · 0 NACK · 1 PLI'],
  ]);
});

test('freeze: lost before the server, nothing lost at all, and not yet told', () => {
  const clean = connection('player', 'rtp.received.video', { packets: 5000, packets_lost: 0, nacks: 0, plis: 2 });
  const ingest = connection('publisher', 'rtp.received.video', {
    packets: 4500,
    packets_lost: 500,
    nacks: 90,
    plis: 0,
  });
  expect(verdict(frozen, [...clean, ...ingest]).sentence).toMatch(
    /because 10 % of the video packets \(500 of 5,000\) were lost on the way from the publisher/,
  );
  expect(verdict(frozen, clean).sentence).toBe(
    'The picture froze for 1.4 s although no packet was lost on the way to the viewer: nothing new was sent, or what came could not be decoded. The player sent 0 NACK and 2 PLI',
  );
  const rtx = connection('player', 'rtp.received.video', { packets: 5000, packets_lost: 10, nacks: 9, plis: 0 });
  expect(verdict(frozen, rtx).sentence).toMatch(/does not say why: 0\.2 % of the video packets \(10 of 5,010\)/);
  const burst = connection('player', 'rtp.received.video', { packets: 5000, packets_lost: 40, nacks: 30, plis: 2 });
  expect(verdict(frozen, burst)).toMatchObject({ step: 'loss' });
  expect(verdict(frozen, []).sentence).toMatch(/the figures of its connection are not here/);
});
