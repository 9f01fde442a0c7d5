import { expect, onTestFinished, test, vi } from 'vitest';
import type { CapacityOptions } from './capacity.ts';
import { capacity } from './capacity.ts';
import { keptTelemetry } from './test-telemetry.ts';

const utilization = 'livestream.encoder.utilization';
const bandwidth = 'livestream.edge.bandwidth';

function stage(options: Omit<CapacityOptions, 'meterProvider'>) {
  const kept = keptTelemetry();
  const { end } = capacity({ ...options, meterProvider: kept.meterProvider });
  onTestFinished(end);
  const values = async (name: string) => (await kept.points()).filter((point) => point.name === name);
  return { kept, end, values };
}

test('the encoder is asked at each export, whatever it takes, until the end', async () => {
  let [asked, percent] = [0, 0];
  const read = async () => {
    asked += 1;
    return percent;
  };
  const { values, end } = stage({ streamId: 'demo', utilization: read });
  for (percent of [0, 42.5, 130]) {
    expect(await values(utilization)).toEqual([
      expect.objectContaining({ sum: percent, attributes: { 'stream.id': 'demo' } }),
    ]);
  }
  expect(asked).toBe(3);
  end();
  await values(utilization);
  expect(asked).toBe(3);
});

test.each([
  ['not known', () => undefined],
  ['no number', () => Number.NaN],
  ['below 0', () => -1],
  ['an error', () => Promise.reject(new Error('no encoder'))],
])('%s is not told', async (_, read) => expect(await stage({ utilization: read }).values(utilization)).toEqual([]));

test('edges are read from the start on and again, each by its host, and an error passes', async () => {
  const answers = [{ 'edge-1.example': 250, 'edge-2.example': 90 }, undefined, 'error', { 'edge-1.example': 350 }];
  const read = () => {
    const answer = answers.shift();
    if (answer === 'error') throw new Error('no edges');
    return answer as Record<string, number> | undefined;
  };
  const { kept, end } = stage({ edgeBandwidth: read, readEveryMs: 100 });
  await vi.waitUntil(async () => (await kept.total(bandwidth)).count === 3);
  end();
  expect(await kept.total(bandwidth, { 'cdn.host': 'edge-1.example' })).toMatchObject({
    sum: 600,
    count: 2,
    most: 350,
  });
  expect(await kept.total(bandwidth, { 'cdn.host': 'edge-2.example' })).toMatchObject({ sum: 90, count: 1 });
});

test.each<[object, string]>([
  [{ streamId: 7 }, 'streamId must be a text of 1 to 256 characters, received 7.'],
  [{ utilization: 50 }, 'utilization must be a function, received 50.'],
  [{ edgeBandwidth: {} }, 'edgeBandwidth must be a function, received [object Object].'],
  [{ readEveryMs: 10 }, 'readEveryMs must be a number of milliseconds from 100 to 120000, received 10.'],
])('a wrong option is said once: %o', async (wrong, sentence) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  const { values } = stage({ utilization: () => 50, ...wrong } as CapacityOptions);
  expect(said.mock.calls).toEqual([[`playscope: ${sentence} Nothing is measured.`]]);
  expect(await values(utilization)).toEqual([]);
});
