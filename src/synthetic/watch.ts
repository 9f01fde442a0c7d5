import { mkdirSync } from 'node:fs';
import { startCollector } from '../collector/index.ts';
import { browsersOf } from './browsers.ts';
import type { Member } from './crew.ts';
import { crew } from './crew.ts';
import { startLightViewer } from './light/light-viewer.ts';
import { observe } from './observe.ts';
import type { Settings, WatchOptions } from './options.ts';
import { settingsOf, streamIdOf } from './options.ts';
import { startPageViewer } from './page-viewer.ts';
import { planOf } from './plan.ts';
import { findPlaywright } from './playwright.ts';
import { wrongUse } from './problem.ts';
import { protocolOf } from './protocol.ts';
import { checkCollector, startRelay } from './relay.ts';
import type { WatchReport } from './report.ts';
import { reportOf } from './report.ts';
import { startStreamViewer } from './stream-viewer.ts';
import { tap } from './tap.ts';

// Light viewers whose every fetch is told; of more than these a share, as in a real audience.
const mostTraced = 50;

/**
 * Plays a live stream as its viewers do, and says how it went.
 *
 * @param url an .m3u8, an .mpd, a WHEP endpoint, or a web page that has Playscope.
 * @throws an error with the code `ERR_USAGE` for wrong options, and `ERR_START` when stream, browser or collector cannot be
 * had; its message is one sentence that says what to do.
 */
export async function watch(url: string, options: WatchOptions = {}): Promise<WatchReport> {
  const settings = settingsOf(url, options);
  const closing: (() => Promise<void>)[] = [];
  try {
    return await watchWith(settings, closing);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function watchWith(settings: Settings, closing: (() => Promise<void>)[]): Promise<WatchReport> {
  const {
    url,
    viewers,
    light,
    endpoint,
    headers,
    endpointHeaders = {},
    region,
    network,
    cpu,
    screenshotOnStall,
  } = settings;
  const listening = tap();
  const collector = await collectorOf(settings, closing);
  const relay = await startRelay(collector, endpointHeaders, listening.take);
  closing.push(relay.close);
  const origin = viewers > 0 ? relay.url : undefined;
  const protocol = await protocolOf({ url, protocol: settings.protocol, headers, origin });
  const needsBrowser = protocol === 'page' || protocol === 'webrtc';
  if (light > 0 && needsBrowser) throw wrongUse('light', 'none, as only a browser can watch this', light);
  const streamId = settings.streamId ?? streamIdOf(url);
  const withoutBrowser = ', or --viewers 0 --light 1 for one without a browser';
  const browsers =
    viewers > 0 ? browsersOf(await findPlaywright(withoutBrowser), { ...settings, headed: !!settings.headed }) : null;
  if (browsers) closing.push(browsers.close);
  // No browser at all is a matter of the start, one that is missing later a viewer's.
  await browsers?.process(0);
  if (screenshotOnStall) mkdirSync(screenshotOnStall, { recursive: true });

  async function begin({ number, start }: Member, signal: AbortSignal) {
    const reporting = { url, streamId, endpoint: relay.url, region, headers, signal };
    if (start.kind === 'light' && (protocol === 'hls' || protocol === 'dash')) {
      return startLightViewer({ ...reporting, protocol, sampleRatio: Math.min(1, mostTraced / light) });
    }
    if (!browsers) throw new Error('There is no browser');
    const har = settings.har && (viewers > 1 ? settings.har.replace(/(\.har)?$/, `-${number}$1`) : settings.har);
    const hampered = { url, headers, browser: await browsers.process(start.process), network, cpu, har };
    if (protocol === 'page') {
      const given = { endpoint, region, streamId: settings.streamId };
      const attach = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      return startPageViewer({ ...hampered, attach, take: listening.take });
    }
    return startStreamViewer({ ...reporting, ...hampered, protocol }, `${relay.url}/player.html`);
  }

  const team = crew(planOf(settings), begin, screenshotOnStall);
  const observed = await observe(team, settings, listening.durations);
  // What they send at the end belongs to the figures.
  await team.stop();
  const { members } = team;
  return reportOf({
    ...{ ...observed, settings, protocol, members, browser: browsers?.name() ?? null },
    streamId: protocol === 'page' ? (settings.streamId ?? null) : streamId,
    telemetryRefused: relay.refused(),
    seen: { ...observed.seen, viewers: members.map(({ figures }) => figures) },
  });
}

async function collectorOf(settings: Settings, closing: (() => Promise<void>)[]): Promise<string> {
  const { endpoint, endpointHeaders = {} } = settings;
  if (endpoint !== undefined) {
    await checkCollector(endpoint, endpointHeaders);
    return endpoint;
  }
  const collector = await startCollector({ port: 0 });
  closing.push(collector.close);
  return collector.url;
}
