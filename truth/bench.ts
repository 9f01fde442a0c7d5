import type { Browser } from '@playwright/test';
import { chromium } from '@playwright/test';
import { startCollector } from 'playscope/collector';
import { edgeOf } from '../e2e/edge.ts';
import type { Origin } from '../e2e/origin.ts';
import { originApi } from '../e2e/origin.ts';
import type { PlayerName } from '../e2e/pages.ts';
import { servePages } from '../e2e/pages.ts';
import type { Protocol, ProtocolFacts } from '../e2e/protocol.ts';
import { protocols } from '../e2e/protocol.ts';
import { browserArgs, ensureBrowser } from '../scripts/browser.ts';
import { pageCode } from '../scripts/page-code.ts';
import type { Measurement } from './compare.ts';
import type { Stand } from './stand.ts';
import { startThread } from './thread.ts';
import type { Opening, Viewing } from './viewing.ts';
import { openViewing } from './viewing.ts';

/** One protocol, an origin of its own, a browser of its own. */
export type Bench = Stand & {
  readonly protocol: ProtocolFacts;
  readonly origin: Origin;
  readonly collectorUrl: string;
  readonly site: string;
  /** Opens a page that plays and is watched by the SDK and by a witness. */
  open(opening?: Opening): Promise<Viewing>;
  /** Script of the witness, for pages that are not opened here. */
  readonly witness: string;
};

/** What the protocols share: a collector, and the pages. */
export type Ground = {
  readonly collectorUrl: string;
  readonly site: string;
  readonly witness: string;
  close(): Promise<void>;
};

export async function startGround(): Promise<Ground> {
  const nowhere = edgeOf('http://localhost:0');
  const [collector, site, witness] = await Promise.all([
    startCollector({ port: 0, maxSpans: 100_000 }),
    servePages(nowhere),
    inPage(),
  ]);
  return {
    collectorUrl: collector.url,
    site: site.url,
    witness,
    close: async () => void (await Promise.all([collector.close(), site.close()])),
  };
}

/** What each page of the bench has besides its player. */
async function inPage(): Promise<string> {
  const parts = await Promise.all(['witness', 'crowd', 'fuzz'].map((name) => pageCode(`truth/page/${name}.ts`)));
  return parts.join('\n');
}

const encrypted: Readonly<Record<Protocol, string>> = {
  hls: '/encrypted/master.m3u8',
  dash: '/encrypted/manifest.mpd',
};

let benches = 0;

export async function startBench(ground: Ground, protocol: Protocol): Promise<Bench> {
  const server = await startThread('origin');
  const launch = (more: readonly string[] = []) =>
    chromium.launch({ executablePath: ensureBrowser(), args: [...browserArgs, ...more] });
  const browser = await launch();
  const others: Browser[] = [];
  const { collectorUrl, site, witness } = ground;
  const facts = protocols[protocol];
  const played = { protocol, browser: 'chromium' } as const;
  const origin = originApi(server.url);
  benches += 1;
  const bench = benches;
  let viewings = 0;
  let player = '';
  let states: Measurement[] = [];
  return {
    protocol: facts,
    played,
    origin,
    collectorUrl,
    site,
    witness,
    browserVersion: `Chromium ${browser.version()}`,
    playerVersion: () => player,
    takeStates() {
      const taken = states;
      states = [];
      return taken;
    },
    heal: origin.heal,
    async open({ build = 'npm', stream: kind, browserArgs: more, ...opening } = {}) {
      viewings += 1;
      const stream = `truth-${bench}-${viewings}`;
      const other = more && (await launch(more));
      if (other) others.push(other);
      const page = await (other ?? browser).newPage();
      await page.addInitScript({ content: witness });
      const place = {
        url: (name: PlayerName = protocol) => `${site}/${build}/${name}`,
        collectorUrl,
        source: `${server.url}${kind === 'encrypted' ? encrypted[protocol] : kind ? facts[kind] : facts.manifest}`,
        stream,
      };
      const viewing = await openViewing(page, place, {
        ...opening,
        states: (expected, received) => states.push({ ...played, figure: 'states', case: stream, expected, received }),
      });
      player ||= `${facts.player} ${await page.evaluate(() => window.driver.version)}`;
      return viewing;
    },
    async close() {
      await Promise.all([browser, ...others].map((each) => each.close()));
      await server.close();
    },
  };
}
