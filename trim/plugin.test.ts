// The plugin over the real packages: what it takes out, and that it fails where the table and the packages disagree.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { trim } from './plugin.ts';
import type { Row } from './rows.ts';
import { rows } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'playscope-trim-'));
const pins = 'trim/pins.json';
afterAll(() => rmSync(folder, { recursive: true }));

async function bundled(rows: readonly Row[], pinFile = pins, repin = false): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [trim({ rows, pins: pinFile, repin })],
    build: { write: false, minify: false, lib: { entry: 'trim/payload/entry.ts', formats: ['es'] } },
  });
  const [first] = [result].flat();
  return first && 'output' in first ? first.output[0].code : '';
}

test('takes out the methods and modules of the table', async () => {
  const code = await bundled(rows);
  const gone = ['setGlobalTracerProvider', 'createObservableGauge', 'class ExponentialHistogramAccumulation'];
  expect(['WebTracerProvider', ...gone].filter((name) => code.includes(name))).toEqual(['WebTracerProvider']);
});

test('an export that a replacement does not give is an empty class', async () => {
  const code = await bundled([{ module: 'sdk-metrics/view/View' }]);
  expect(code.match(/View = class[^;]*/)?.[0]).toBe('View = class {}');
});

test('a row without its module stops the build', async () => {
  await expect(bundled([{ module: 'sdk-metrics/Gone' }])).rejects.toThrow('no module for the rows sdk-metrics/Gone');
});

test('a method that is not there stops the build', async () => {
  const row = { module: 'sdk-trace/Tracer', cut: { Tracer: ['gone'] } };
  await expect(bundled([row])).rejects.toThrow('sdk-trace/Tracer has no method Tracer.gone');
});

test('a module that is not the pinned text stops the build and is named', async () => {
  const changed = join(folder, 'changed.json');
  writeFileSync(changed, JSON.stringify({ ...JSON.parse(readFileSync(pins, 'utf8')), 'sdk-trace/Span': 'other' }));
  await expect(bundled(rows, changed)).rejects.toThrow(/trim: sdk-trace\/Span changed since last read/);
});

test('pinning again writes what is checked in', async () => {
  const fresh = join(folder, 'fresh.json');
  await bundled(rows, fresh, true);
  expect(readFileSync(fresh, 'utf8')).toBe(readFileSync(pins, 'utf8'));
});
