import type { Rtc } from '../../e2e/page/webrtc.ts';
import type { Sfu } from '../../e2e/sfu.ts';
import { sfuApi } from '../../e2e/sfu.ts';
import { pageCode } from '../../scripts/page-code.ts';
import type { Ground } from '../bench.ts';
import type { Played } from '../compare.ts';
import type { Stand } from '../stand.ts';
import { startThread } from '../thread.ts';
import type { Tab } from './browsers.ts';
import { startBrowser } from './browsers.ts';
import type { Connected, PairOpening, Watching } from './viewing.ts';
import { connectPair, openWatching } from './viewing.ts';

/** An SFU of its own, a publisher in a Chromium, and viewers in the browser that is measured. */
export type RtcBench = Stand & {
  readonly sfu: Sfu;
  /** A page that is measured with the SFU's help. */
  watch(opening?: Opening): Promise<Watching>;
  /** A page with two connections, of which the SDK watches the one that receives. */
  pair(opening?: PairOpening): Promise<Connected>;
  /** Lets the publisher send nothing for a while, or again. */
  hush(quiet: boolean): Promise<void>;
};

export type Opening = {
  /** Runs with the page and before it connects, as what is meant by it has to meet the connection's making. */
  readonly before?: (tab: Tab) => Promise<unknown>;
};

// Some hundred packets a second, so that shares of a short while mean something, out of a picture that costs little to encode.
const published: Parameters<Rtc['publish']>[1] = { blocks: 250, bitrate: 1_500_000 };
const sfuStream = 'live';

let benches = 0;

export async function startRtcBench(ground: Ground, name: Played['browser']): Promise<RtcBench> {
  const { collectorUrl, site } = ground;
  const [server, witness, pair] = await Promise.all([
    startThread('sfu'),
    pageCode('truth/webrtc/page/witness.ts'),
    pageCode('truth/webrtc/page/pair.ts'),
  ]);
  const sender = await startBrowser.chromium();
  // A Firefox lets only the tab in front draw in time: it never publishes.
  const browser = name === 'chromium' ? sender : await startBrowser[name]();
  const pageUrl = `${site}/npm/webrtc`;
  const publisher = await sender.open(pageUrl);
  await publisher.evaluate(([url, picture]) => window.rtc.publish(url, picture), [
    `${server.url}/whip/${sfuStream}`,
    published,
  ] as const);
  const sfu = sfuApi(server.url);
  benches += 1;
  const bench = benches;
  let opened = 0;
  const place = () => {
    opened += 1;
    return { collectorUrl, sfu, stream: `truth-webrtc-${bench}-${opened}`, whep: `${sfu.url}/whep/${sfuStream}` };
  };
  return {
    played: { protocol: 'webrtc', browser: name },
    browserVersion: browser.version,
    playerVersion: () => undefined,
    takeStates: () => [],
    sfu,
    heal: sfu.heal,
    hush: (quiet) => publisher.evaluate((hushed) => window.rtc.hush(hushed), quiet),
    async watch({ before } = {}) {
      const tab = await browser.open(pageUrl, witness);
      await before?.(tab);
      return openWatching(tab, place());
    },
    async pair(opening = {}) {
      const tab = await browser.open(pageUrl, `${witness}\n${pair}`);
      return connectPair(tab, place(), opening);
    },
    async close() {
      await Promise.all([...new Set([browser, sender])].map((each) => each.close()));
      await server.close();
    },
  };
}
