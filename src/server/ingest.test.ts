import { expect, onTestFinished, test, vi } from 'vitest';
import type { IngestOptions, IngestSample } from './ingest.ts';
import { ingest } from './ingest.ts';
import { keptTelemetry } from './test-telemetry.ts';

const bitrate = 'livestream.ingest.bitrate';
const drops = 'livestream.ingest.frame_drops';

function stage(options: object = {}) {
  const kept = keptTelemetry();
  return { kept, ...ingest({ streamId: 'demo', ...kept, ...options } as IngestOptions) };
}

test('numbers', async () => {
  const { kept, record } = stage({ protocol: 'webrtc' });
  const wrong: IngestSample[] = [
    { bitrateKbps: Number.NaN, frameDrops: -1 },
    { frameDrops: Number.POSITIVE_INFINITY },
    {},
  ];
  for (const sample of [{ bitrateKbps: 3000, frameDrops: 2 }, { bitrateKbps: 1000 }, { frameDrops: 5 }, ...wrong]) {
    record(sample);
  }
  const of = { 'stream.id': 'demo', protocol: 'webrtc' };
  expect(await kept.total(bitrate, of)).toMatchObject({ sum: 4000, count: 2 });
  expect((await kept.total(drops, of)).sum).toBe(7);
});

test('that no frame was dropped is told too', async () => {
  const { kept, record } = stage();
  record({ frameDrops: 0 });
  expect(await kept.points()).toEqual([
    expect.objectContaining({ name: drops, sum: 0, attributes: { 'stream.id': 'demo' } }),
  ]);
});

test('an iterable, to its end', async () => {
  const { kept, follow } = stage();
  await follow(
    (async function* () {
      yield 2500;
      yield { bitrateKbps: 3500, frameDrops: 1 };
    })(),
  );
  expect(await kept.total(bitrate)).toMatchObject({ sum: 6000, count: 2 });
  expect((await kept.total(drops)).sum).toBe(1);
});

test('an iterable that fails: what came is kept, its error comes out', async () => {
  const { kept, follow } = stage();
  const error = new Error('encoder gone');
  const source = (async function* () {
    yield 2500;
    throw error;
  })();
  await expect(follow(source)).rejects.toBe(error);
  expect((await kept.total(bitrate)).count).toBe(1);
});

test('a wrong option is said once, and an iterable is read all the same', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  const { kept, follow } = stage({ streamId: undefined });
  const sentence =
    'playscope: streamId must be a text of 1 to 256 characters, received undefined. Nothing is measured.';
  expect(said.mock.calls).toEqual([[sentence]]);
  let read = 0;
  await follow(
    (async function* () {
      yield ++read;
    })(),
  );
  expect(read).toBe(1);
  expect(await kept.points()).toEqual([]);
});
