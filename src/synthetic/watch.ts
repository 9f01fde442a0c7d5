import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startCollector } from '../collector/index.ts';
import { startBrowserViewer } from './browser-viewer.ts';
import { browsersOf } from './browsers.ts';
import type { Member } from './crew.ts';
import { crew } from './crew.ts';
import type { Moment } from './moment.ts';
import { momentOf } from './moment.ts';
import type { Settings, WatchOptions } from './options.ts';
import { settingsOf, streamIdOf } from './options.ts';
import { planOf } from './plan.ts';
import { findPlaywright } from './playwright.ts';
import { protocolOf } from './protocol.ts';
import { checkCollector, startRelay } from './relay.ts';
import type { WatchReport } from './report.ts';
import { reportOf } from './report.ts';
import { tap } from './tap.ts';

const everyMs = 1000;
const recently = 10;

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
  const { url, viewers, headers, endpointHeaders = {}, region, network, cpu, screenshotOnStall } = settings;
  const listening = tap();
  const endpoint = await collectorOf(settings, closing);
  const relay = await startRelay(endpoint, endpointHeaders, listening.take);
  closing.push(relay.close);
  const origin = viewers > 0 ? relay.url : undefined;
  const protocol = await protocolOf({ url, protocol: settings.protocol, headers, origin });
  if (protocol === 'page') throw new Error('pages are not driven yet');
  const streamId = settings.streamId ?? streamIdOf(url);
  const withoutBrowser = ', or --viewers 0 --light 1 for one without a browser';
  const browsers =
    viewers > 0 ? browsersOf(await findPlaywright(withoutBrowser), { ...settings, headed: !!settings.headed }) : null;
  if (browsers) closing.push(browsers.close);
  // No browser at all is a matter of the start, one that is missing later a viewer's.
  await browsers?.process(0);
  if (screenshotOnStall) mkdirSync(screenshotOnStall, { recursive: true });

  const common = { url, protocol, streamId, endpoint: relay.url, region, headers };
  async function begin({ number, start }: Member, signal: AbortSignal) {
    if (!browsers) throw new Error('viewers without a browser are not there yet');
    const har = settings.har && (viewers > 1 ? settings.har.replace(/(\.har)?$/, `-${number}$1`) : settings.har);
    const browser = await browsers.process(start.process);
    return startBrowserViewer({ ...common, signal, browser, playerUrl: `${relay.url}/player.html`, network, cpu, har });
  }

  const startedAt = Date.now();
  const team = crew(planOf(settings), begin, screenshotOnStall);
  const timeline: Moment[] = [];
  const seen = { ...listening.durations, liveLatencySec: [] as number[], rttSec: [] as number[] };
  const arrived: number[] = [];
  const untilSec = settings.rampSec + settings.forSec;
  const sinceSec = () => (Date.now() - startedAt) / 1000;
  while (sinceSec() < untilSec && !settings.signal?.aborted && !team.isLost()) {
    const leftMs = Math.min(everyMs, (untilSec - sinceSec()) * 1000);
    await pause(leftMs, undefined, { signal: settings.signal }).catch(() => {});
    await team.look();
    for (const { figures } of team.members) {
      if (figures?.state === 'playing') seen.liveLatencySec.push(...[figures.liveLatencySec ?? []].flat());
      seen.rttSec.push(...[figures?.webrtc?.rttSec ?? []].flat());
    }
    const lately = seen.fetchSec.slice(arrived.at(-recently) ?? 0);
    arrived.push(seen.fetchSec.length);
    const moment = momentOf(team.members, sinceSec(), lately);
    timeline.push(moment);
    settings.onProgress?.(moment);
  }
  const interrupted = sinceSec() < untilSec && !team.isLost();
  // What they send at the end belongs to the figures.
  await team.stop();
  return reportOf({
    ...{ settings, protocol, streamId, browser: browsers?.name() ?? null, startedAt, interrupted, timeline },
    telemetryRefused: relay.refused(),
    members: team.members,
    seen: { ...seen, viewers: team.members.map(({ figures }) => figures) },
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
