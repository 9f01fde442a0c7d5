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
import { minutesOf } from '../stage/wire.ts';
import { foundOf, watching } from './found.ts';

declare const rtc: Rtc;

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;
const { rounds, seconds, wireSeconds } = quick
  ? { rounds: 1, seconds: 3, wireSeconds: 30 }
  : { rounds: 3, seconds: 30, wireSeconds: 125 };
const sdks: readonly Sdk[] = ['none', ...watching];

const stage = await startStage();
const sfu = await startThread('sfu');
try {
  // A browser of its own: an encoder is not to stand in the viewers' way.
  const measured = await stage.browse(async (browser) => {
    await publish(browser);
    return { rounds: await play(), sent: await sent() };
  });
  const found = foundOf({ browser: `Chromium ${stage.version}`, seconds, ...measured });
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

function sent() {
  const whep = `${sfu.url}/whep/bench`;
  const viewers = watching.map((sdk) => ({ sdk, prefix: `/${sdk}`, page: 'view', whep }) as const);
  return minutesOf(stage, viewers, wireSeconds);
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
