import { browsersOf } from '../synthetic/browsers.ts';
import { findPlaywright } from '../synthetic/playwright.ts';
import { whep } from './checks/whep.ts';
import type { Way } from './conclude.ts';
import { ofCollector, ofStream, ofTarget, weighed } from './conclude.ts';
import type { Role } from './facts.ts';
import type { Finding, PlacedFinding } from './finding.ts';
import type { Protocol } from './open-stream.ts';
import { openStream } from './open-stream.ts';
import { visit } from './page.ts';
import { probeCollector, probeTarget, probeWhep } from './probe.ts';
import { unplayableIn } from './unplayable.ts';

export type DoctorOptions = {
  readonly url: string;
  /** OTLP/HTTP base URL. Without one nothing is said of a collector. */
  readonly endpoint?: string | undefined;
  /** The origin of the pages that play the stream. */
  readonly pageOrigin: string;
  /** Ways in which pages send a context; trouble with another way is a note. */
  readonly propagate: readonly Way[];
  readonly protocol?: Protocol | undefined;
  readonly browser?: string | undefined;
};

export type Diagnosis = {
  readonly url: string;
  readonly protocol: Protocol;
  readonly pageOrigin: string;
  /** Name and version. */
  readonly browser: string;
  readonly findings: readonly PlacedFinding[];
};

// Pages of a public origin may look at a stream of this machine or network: what keeps them from it is not the stream's.
const switches = ['--disable-features=LocalNetworkAccessChecks'];

/**
 * Opens a stream in a browser as its viewers do, and says what keeps figures away, host by host.
 *
 * @throws one sentence when the browser or the stream cannot be opened.
 */
export async function diagnose({
  url,
  endpoint,
  pageOrigin,
  propagate,
  protocol,
  browser: choice,
}: DoctorOptions): Promise<Diagnosis> {
  const browsers = browsersOf(await findPlaywright(), { browser: choice, headed: false, args: switches });
  try {
    const browser = await browsers.process(0);
    const there = await visit(browser, pageOrigin);
    const name = browsers.name() ?? 'browser';
    const opened = await openStream(there, url, protocol);
    const findings: PlacedFinding[] = [];
    const place = (role: Role, at: string, found: readonly (Finding | undefined)[]) => {
      const { host } = new URL(at);
      for (const each of found) if (each) findings.push({ role, host, ...weighed(each, propagate) });
    };
    if (opened.stream) {
      const unplayable = await unplayableIn(there.page, opened.stream.renditions);
      place('playlist', url, ofStream({ ...opened.stream, unplayable }, name));
    }
    for (const target of opened.targets) {
      place(target.role, target.url, ofTarget(await probeTarget(there, target), pageOrigin));
    }
    if (opened.protocol === 'webrtc') place('whep', url, whep(await probeWhep(there, url), pageOrigin));
    if (endpoint) place('collector', endpoint, ofCollector(await probeCollector(there, endpoint), pageOrigin));
    return { url, protocol: opened.protocol, pageOrigin, browser: name, findings };
  } finally {
    await browsers.close();
  }
}
