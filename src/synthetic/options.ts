import type { Expectation } from './expect.ts';
import { parseExpectation } from './expect.ts';
import type { Moment } from './moment.ts';
import type { NetworkProfile } from './network.ts';
import { checkedNetwork, networkOf } from './network.ts';
import { wrongUse } from './problem.ts';
import type { Protocol } from './protocol.ts';
import { protocols } from './protocol.ts';

export type WatchOptions = {
  /** Default: found by the extension, else by what is answered. */
  readonly protocol?: Protocol | undefined;
  /** Viewers in a browser, default 1; 0 when there are `light` ones. */
  readonly viewers?: number | undefined;
  /** Viewers without a browser besides (HLS and DASH), default 0. */
  readonly light?: number | undefined;
  /** Seconds from the first viewer to the last, default 0. */
  readonly rampSec?: number | undefined;
  /** Seconds that all watch together after the ramp, default 60. */
  readonly forSec?: number | undefined;
  /** `region` of what they report. */
  readonly region?: string | undefined;
  /** OTLP/HTTP base URL of a collector; without one a collector runs as long as the watch. */
  readonly endpoint?: string | undefined;
  /** Added to the requests to that collector. */
  readonly endpointHeaders?: Readonly<Record<string, string>> | undefined;
  /** A network by its name (`cable`, `4g`, `3g`, `lossy`, `offline-10s`, or a .json file), or as a profile. Chromium only. */
  readonly network?: string | NetworkProfile | undefined;
  /** How many times slower the processor is. Chromium only. */
  readonly cpu?: number | undefined;
  /** `chromium`, `chrome`, `msedge`, `firefox`, `webkit`, or the path of a Chromium. Default: a Chrome or Chromium that is there. */
  readonly browser?: string | undefined;
  readonly headed?: boolean | undefined;
  /** Added to the requests to the origin of the URL. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** `stream.id` of what they report. Default: from the URL; of a page its own. */
  readonly streamId?: string | undefined;
  /** What has to be true of the figures at the end, such as `startup.p95 < 2s`. */
  readonly expect?: readonly string[] | undefined;
  /** An HTTP archive to write; of several viewers each gets its number. */
  readonly har?: string | undefined;
  /** A folder for a picture of each stall as it begins. */
  readonly screenshotOnStall?: string | undefined;
  /** Ends the watch before its time; there is a report all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Each second. */
  readonly onProgress?: ((now: Moment) => void) | undefined;
};

/** Options with every default in its place, checked. */
export type Settings = Omit<WatchOptions, 'network' | 'expect'> & {
  readonly url: string;
  readonly viewers: number;
  readonly light: number;
  readonly rampSec: number;
  readonly forSec: number;
  readonly network?: NetworkProfile | undefined;
  readonly networkName: string | null;
  readonly expectations: readonly Expectation[];
};

type Check = readonly [name: keyof WatchOptions, expected: string, holds: (value: never) => boolean];

const isWhole = (most: number) => (value: number) => Number.isInteger(value) && value >= 0 && value <= most;
const isText = (value: string) => typeof value === 'string' && value.trim() !== '' && value.length <= 256;
const isHttp = (value: string) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

const checks: readonly Check[] = [
  ['protocol', `${protocols.join(', ')}`, (value: Protocol) => protocols.includes(value)],
  ['viewers', 'a number from 0 to 1000', isWhole(1000)],
  ['light', 'a number from 0 to 10000', isWhole(10_000)],
  ['rampSec', 'seconds from 0 to 3600', (value: number) => value >= 0 && value <= 3600],
  ['forSec', 'seconds from 1 to 86400', (value: number) => value >= 1 && value <= 86_400],
  ['region', 'a text of 1 to 256 characters', isText],
  ['endpoint', 'an http or https URL', isHttp],
  ['cpu', 'a number from 1 to 100', (value: number) => value >= 1 && value <= 100],
  ['browser', 'a name or a path', isText],
  ['streamId', 'a text of 1 to 256 characters', isText],
];

/** @throws one sentence that says which option is wrong: parameter, expected, received. */
export function settingsOf(url: string, options: WatchOptions): Settings {
  if (!isHttp(url)) throw wrongUse('URL', 'an http or https address', url);
  for (const [name, expected, holds] of checks) {
    const value = options[name];
    if (value !== undefined && !holds(value as never)) throw wrongUse(name, expected, value);
  }
  const {
    light = 0,
    viewers = light > 0 ? 0 : 1,
    rampSec = 0,
    forSec = 60,
    network,
    expect = [],
    browser,
    cpu,
  } = options;
  if (viewers + light === 0) throw wrongUse('viewers', 'at least 1 of them, or of light', 0);
  const isChromium = browser !== 'firefox' && browser !== 'webkit';
  if (!isChromium && (network || cpu)) throw wrongUse('browser', 'a Chromium, as network and cpu need one', browser);
  return {
    ...options,
    ...{ url, viewers, light, rampSec, forSec },
    network: typeof network === 'string' ? networkOf(network) : network && checkedNetwork(network),
    networkName: typeof network === 'string' ? network : network ? 'own' : null,
    expectations: expect.map(parseExpectation),
  };
}

/** `stream.id` of a URL: the folder that a playlist is in, or the last name. */
export function streamIdOf(url: string): string {
  const { pathname, hostname } = new URL(url);
  const names = pathname.split('/').filter(Boolean);
  const last = names.at(-1) ?? hostname;
  return (/\.(m3u8|mpd)$/i.test(last) ? (names.at(-2) ?? last) : last).slice(0, 256);
}
