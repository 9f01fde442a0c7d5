// The script-tag file ships OpenTelemetry with parts left out. Proves that it sends what the whole SDK sends, byte for
// byte, in a real browser. What is sent over time, and how, is left to the stories.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { build } from 'vite';
import type { BundleOptions } from '../trim/bundle.ts';
import { bundle } from '../trim/bundle.ts';
import { fixClock } from '../trim/payload/clock.ts';
import type { Outcome } from '../trim/payload/scenario.ts';
import { scenario } from '../trim/payload/scenario.ts';
import { test } from './build.ts';

const folder = 'build/payload';

test('the trimmed build sends the same bytes as the whole SDK', async ({ context }) => {
  await make({ entry: 'entry.ts', file: 'whole.js', global: 'payload', trimming: 'off' });
  await make({ entry: 'entry.ts', file: 'trimmed.js', global: 'payload', trimming: 'on' });
  await make({ entry: 'host.ts', file: 'host.js', global: 'host', trimming: 'off' });
  const whole = await sentBy('whole.js', await context.newPage());
  const trimmed = await sentBy('trimmed.js', await context.newPage());

  // The scenario itself must have sent something worth comparing.
  expect(whole.bodies).toHaveLength(12);
  expect(whole.bodies.join('').length).toBeGreaterThan(30_000);
  expect(whole.bodies.join('')).toContain('otel.metric.overflow');

  // First as objects, because their difference can be read, then as bytes, because that is the claim.
  expect(trimmed.bodies.map(readable)).toEqual(whole.bodies.map(readable));
  expect(trimmed.bodies).toEqual(whole.bodies);
  expect(trimmed.notes).toEqual(whole.notes);
  // The one intended difference: a page's OpenTelemetry logger does not hear of ours.
  expect(whole.warnings).not.toEqual([]);
  expect(trimmed.warnings).toEqual([]);
});

async function make(options: Pick<BundleOptions, 'file' | 'global' | 'trimming' | 'entry'>): Promise<void> {
  const entry = `trim/payload/${options.entry}`;
  await build({ configFile: false, ...bundle({ ...options, entry, folder }) });
}

/** Loads one build into a page with another OpenTelemetry on it, and posts to a sink what the scenario gives. */
async function sentBy(file: string, page: Page): Promise<Outcome> {
  const received: string[] = [];
  const sink = createServer(async (request, response) => {
    if (request.method === 'POST') received.push(Buffer.concat(await request.toArray()).toString());
    response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
  });
  await new Promise<void>((listening) => sink.listen(0, '127.0.0.1', listening));
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));

  try {
    await page.goto(`http://127.0.0.1:${(sink.address() as AddressInfo).port}`);
    await page.evaluate(fixClock);
    await page.addScriptTag({ path: `${folder}/host.js` });
    await page.addScriptTag({ path: `${folder}/${file}` });
    const { bodies, notes, warnings } = await page.evaluate(scenario);
    await page.evaluate(async (bodies) => {
      for (const body of bodies) await fetch('/', { method: 'POST', body });
    }, bodies);
    expect(errors).toEqual([]);
    return { bodies: received, notes, warnings };
  } finally {
    sink.close();
    sink.closeAllConnections();
    // To look at when the two differ.
    writeFileSync(`${folder}/${file}.json`, JSON.stringify(received.map(readable), null, 2));
  }
}

function readable(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : body;
}
