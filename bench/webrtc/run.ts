// npm run bench:webrtc [-- --quick]: the same WebRTC viewing without an SDK, with Playscope, and with its peers.
import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import type { Rtc } from '../../e2e/page/webrtc.ts';
import { startThread } from '../../truth/thread.ts';
import { benchText } from '../page.ts';
import { writeResult } from '../result.ts';
import type { Sdk } from '../stage/sdks.ts';
import { startStage } from '../stage/stage.ts';
import type { Viewing } from '../stage/viewing.ts';
import { view } from '../stage/viewing.ts';
import { foundOf } from './found.ts';

declare const rtc: Rtc;

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;
const { rounds, seconds } = quick ? { rounds: 1, seconds: 3 } : { rounds: 3, seconds: 30 };
const sdks: readonly Sdk[] = ['none', 'playscope', 'peermetrics', 'rtcstats'];

const stage = await startStage();
const sfu = await startThread('sfu');
try {
  // A browser of its own: an encoder is not to stand in the viewers' way.
  const viewings = await stage.browse(async (browser) => {
    await publish(browser);
    return play();
  });
  const found = foundOf({ browser: `Chromium ${stage.version}`, seconds, rounds: viewings });
  writeResult('webrtc', found, { quick });
  console.log(benchText(found));
} finally {
  await sfu.close();
  stage.close();
}

async function publish(browser: Browser) {
  const page = await browser.newPage();
  await page.goto(stage.pageUrl('none', { page: 'publish' }));
  await page.evaluate((url) => rtc.publish(url, { blocks: 100, bitrate: 600_000 }), `${sfu.url}/whip/bench`);
}

/** One after the other, and each round begins with another one: machines are shared. */
async function play(): Promise<readonly (readonly Viewing[])[]> {
  const all: Viewing[][] = [];
  for (let round = 0; round < rounds; round++) {
    const played: Viewing[] = [];
    for (const i of sdks.keys()) {
      const sdk = sdks[(i + round) % sdks.length] as Sdk;
      played.push(await view(stage, sdk, seconds, { page: 'view', whep: `${sfu.url}/whep/bench` }));
    }
    all.push(played);
  }
  return all;
}
