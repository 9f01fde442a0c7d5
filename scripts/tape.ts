// npm run tape [-- name...]: records what the hls.js adapter says in real runs in a real browser, into src/core/tapes.
// The tapes replay in the unit tests; record them anew when the adapter says more, or a new hls.js says it differently.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import { startOrigin } from '../demo/origin.ts';
import { originApi } from '../e2e/origin.ts';
import type { Tape } from '../src/core/test-tapes.ts';
import { browserArgs, ensureBrowser } from './browser.ts';
import type { Act } from './tape/acts.ts';
import { acts } from './tape/acts.ts';
import { cut } from './tape/cut.ts';
import { serveSite } from './tape/site.ts';

const folder = 'src/core/tapes';
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !acts[name]);
if (unknown.length > 0) {
  console.error(`tape: expected any of ${Object.keys(acts).join(', ')}; received ${unknown.join(', ')}.`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const server = await startOrigin({ port: 0 });
const origin = originApi(server.url);
const site = await serveSite();
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: [...browserArgs] });
try {
  for (const [name, act] of Object.entries(acts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const file = `${folder}/${name}.json`;
    writeFileSync(file, JSON.stringify(await record(act)));
    // In the form that the linter asks for.
    spawnSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file]);
    console.log(`${file}  ${Math.round(statSync(file).size / 1000)} kB`);
  }
} finally {
  await browser.close();
  await Promise.all([server.close(), site.close()]);
}

async function record(act: Act): Promise<Tape> {
  const page = await browser.newPage();
  const before = { live: (await origin.requests()).length, vod: site.answered() };
  await page.goto(site.url);
  await page.waitForFunction(() => 'tape' in window);
  const done = await act.play({
    page,
    origin,
    live: `${server.url}/live/master.m3u8`,
    vod: `${site.url}/vod/master.m3u8`,
    pictures: `${site.url}/pictures/master.m3u8`,
  });
  await page.evaluate(() => window.tape.stop());
  // Every request has its outcome, so that it can be held against the origin's record.
  await page.waitForFunction(() => {
    const requests = window.tape.events.filter((event) => event.type === 'request');
    const ended = new Set(requests.filter(({ outcome }) => outcome).map(({ request }) => request.id));
    return requests.every(({ request }) => ended.has(request.id));
  });
  const recording = await page.evaluate(() => window.tape.end());
  if (recording.faults.length > 0) throw new Error(`the adapter failed: ${recording.faults.join('; ')}`);

  const live = await settled(page, before.live);
  await page.close();
  await origin.heal();
  const whole = live.filter(({ status, aborted }) => status < 400 && !aborted);
  const refused = live.filter(({ status }) => status >= 400).map(({ path, status }) => ({ path, status }));
  return cut(recording, {
    about: act.about,
    browser: `Chromium ${browser.version()}`,
    answered: whole.length + site.answered() - before.vod,
    refused,
    origins: [server.url, site.url],
    ...done,
  });
}

/** What the origin answered since, as soon as it has written down all that the browser has. */
async function settled(page: Page, since: number) {
  const ended = await page.evaluate((url) => window.tape.ended(url), server.url);
  for (;;) {
    const answered = (await origin.requests()).slice(since);
    if (answered.length >= ended) return answered;
  }
}
