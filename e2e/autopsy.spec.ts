// Why the picture stood, as the war room says it, held against the fault that was really made.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { findNginx } from '../scripts/browser.ts';
import { startCache } from './cache.ts';
import type { Span } from './collector.ts';
import type { Settings } from './page/driver.ts';
import type { Player } from './player.ts';
import type { Protocol } from './protocol.ts';
import { slowNetwork } from './slow-network.ts';
import type { Stage } from './stage.ts';
import { test } from './stage.ts';
import { starveDecoder } from './starve-decoder.ts';

test.use({ instrumented: true });

type Fault = {
  /** Makes it, and gives what ends it. */
  readonly make: (stage: Stage, page: Page) => Promise<() => Promise<void>>;
  readonly culprit: string;
  /** The step of the publish that is to blame. */
  readonly step?: string;
  /** Default: the live stream, in both protocols. */
  readonly manifest?: string;
  readonly protocol?: Protocol;
  readonly settings?: Settings;
  /** Played with the whole table only. */
  readonly isRare?: boolean;
};

const faults: Readonly<Record<string, Fault>> = {
  'a slow upload': {
    make: atOrigin({ match: '/live/', effect: 'slow-upload', value: 9000 }),
    culprit: 'publish',
    step: 'upload',
  },
  'a slow origin': {
    make: atOrigin({ match: '/live/**/seg-*.m4s', effect: 'delay', value: 9000 }),
    culprit: 'origin',
  },
  'a slow network': {
    // Less than the lowest rendition and its sound have.
    make: (_, page) => slowNetwork(page, 8000),
    culprit: 'network',
  },
  'a playlist that stands': {
    make: atOrigin({ match: '/live/**', effect: 'stale' }),
    culprit: 'playlist',
  },
  'a late playlist': {
    make: atOrigin({ match: '/live/**/*.{m3u8,mpd}', effect: 'delay', value: 9000 }),
    culprit: 'playlist',
    isRare: true,
  },
  'a slow key': {
    make: atOrigin({ match: '/encrypted/key-*', effect: 'delay', value: 9000 }),
    culprit: 'key',
    manifest: '/encrypted/master.m3u8',
    protocol: 'hls',
    settings: { bufferSec: 4, segmentsBehindLive: 2 },
  },
  'a starved decoder': {
    make: async (_, page) => {
      await starveDecoder(page);
      return () => page.unrouteAll();
    },
    culprit: 'decode',
    settings: { bufferSec: 8 },
  },
};

/** From where a page has the stream. */
const ways: Readonly<Record<string, (stage: Stage, story: (source: string) => Promise<void>) => Promise<void>>> = {
  'across origins': ({ source }, story) => story(source),
  "from the page's own origin": ({ edge }, story) => story(edge.source),
  'through a cache': async ({ origin, protocol }, story) => {
    const nginx = findNginx();
    test.skip(!nginx, 'no nginx on this machine');
    const cache = await startCache(nginx as string, origin.url);
    try {
      await story(cache.url + protocol.manifest);
    } finally {
      await cache.close();
    }
  },
};

// The whole table takes a quarter of an hour.
const isWhole = process.env.AUTOPSY === 'whole';
const told = Object.entries(ways).flatMap(([way, through]) =>
  Object.entries(faults)
    .filter(
      ([what, { isRare }]) =>
        isWhole || (way === 'across origins' ? !isRare : way === 'through a cache' && what === 'a slow upload'),
    )
    .map(([what, fault]) => ({ way, through, what, fault })),
);

for (const { way, through, what, fault } of told) {
  test(`${what}, ${way}, is what the autopsy of the stall blames`, async ({ stage, page, context, build }) => {
    const { make, culprit, step, manifest = stage.protocol.manifest, protocol = stage.protocol.name, settings } = fault;
    test.skip(build === 'script', 'the war room is the same for both builds');
    test.skip(protocol !== stage.protocol.name, `the demo has it in ${protocol} only`);
    await through(stage, async (source) => {
      const player = stage.players(page);
      const opening = settings ? { settings: { autoplay: true, ...settings } } : {};
      // The stream as its servers name it.
      await player.open({
        ...opening,
        source: source.replace(stage.protocol.manifest, manifest),
        options: { streamId: 'demo' },
      });
      await player.playing(4);
      await stallBy(await make(stage, page), player);
      const stall = await longestStall(stage, player);
      await serversHaveTold(stage);

      const room = await context.newPage();
      await room.goto(`${stage.collector.url}/#/trace/${stall.traceId}`);
      const autopsy = room.locator('#autopsy');
      const sentence = room.locator('#autopsy-sentence');
      await expect(sentence).toContainText(/^The picture stood for/);
      await expect(autopsy).toHaveAttribute('data-culprit', culprit);
      if (step) await expect(autopsy).toHaveAttribute('data-step', step);
    });
  });
}

function atOrigin(fault: Parameters<Stage['origin']['fault']>[0]): Fault['make'] {
  return async ({ origin }) => {
    await origin.fault(fault);
    return origin.heal;
  };
}

/** The fault ends when the picture has stood for 3 s, at once or in pieces. */
async function stallBy(heal: () => Promise<void>, player: Player): Promise<void> {
  const stood = await player.until(({ stalls }) => stalls.durationSec > 3, 45_000);
  await heal();
  const { times } = await player.until(({ stalls }) => stalls.count >= stood.stalls.count && stalls.current === null);
  await player.playing(times.playing + 2);
}

async function longestStall({ collector }: Stage, player: Player): Promise<Span> {
  const { sessionId } = await player.snapshot();
  await player.detach();
  let spans: Span[] = [];
  await expect(async () => {
    spans = await spansOf(collector.url, `session=${sessionId}`);
    expect(spans.some(({ attributes }) => attributes['view.final'] === true)).toBe(true);
  }).toPass({ timeout: 20_000, intervals: [200] });
  const stalls = spans.filter(({ name }) => name === 'livestream.player.stall');
  return stalls.sort((a, b) => b.durationMs - a.durationMs)[0] as Span;
}

/** Servers tell of things in their order: until they have told of what was asked for, and published, from now on. */
async function serversHaveTold({ collector, origin }: Stage): Promise<void> {
  const from = Date.now();
  await (await fetch(`${origin.url}/live/master.m3u8`)).arrayBuffer();
  for (const name of ['livestream.origin.request', 'livestream.segment.publish']) {
    await expect(async () => {
      const spans = await spansOf(collector.url, `stream=demo&name=${name}&from=${from}`);
      expect(spans.some(({ startedAt }) => startedAt >= from)).toBe(true);
    }).toPass({ timeout: 20_000, intervals: [200] });
  }
}

async function spansOf(collectorUrl: string, query: string): Promise<Span[]> {
  return (await (await fetch(`${collectorUrl}/api/spans?limit=1000&${query}`)).json()).spans;
}
