import { parseArgs } from 'node:util';
import type { WatchOptions } from './options.ts';
import { wrongUse } from './problem.ts';
import type { Protocol } from './protocol.ts';
import { secondsOf } from './quantities.ts';

/** What the command writes besides what it prints, by path. */
export type Outputs = Readonly<Record<'out' | 'junit' | 'html', string | undefined>>;

export const help = `playscope watch URL: play a live stream as its viewers do, and say how it went

  URL                     an .m3u8, an .mpd, a WHEP endpoint, or a web page that has Playscope
  --protocol NAME         hls, dash, webrtc or page; default: found by itself
  --viewers 1             viewers in a browser; 0 when there are light ones
  --light 0               viewers without a browser (HLS and DASH)
  --ramp 0s               time from the first viewer to the last
  --for 60s               time that all watch together
  --expect 'FIGURE < 2s'  what has to be true in the end; may be repeated
  --endpoint URL          OTLP/HTTP collector to report to; default: one that runs inside
  --region NAME           region of what is reported
  --stream-id NAME        stream.id of what is reported; default: from the URL
  --header 'NAME: VALUE'  sent to the URL's origin; may be repeated
  --network NAME          cable, 4g, 3g, lossy, offline-10s, or a .json file
  --cpu 4                 how many times slower the processor is
  --browser NAME          chromium, chrome, msedge, firefox, webkit or a path   PLAYSCOPE_BROWSER
  --headed                show the browser
  --out FILE              report as JSON
  --junit FILE            verdict as JUnit XML
  --html FILE             report with charts
  --har FILE              HTTP archive of each viewer in a browser
  --screenshot-on-stall FOLDER
  --help

  Exit code 0: all expectations hold; 1: one does not; 2: wrong use; 3: stream, browser or collector could not be had.
  OTEL_EXPORTER_OTLP_HEADERS holds headers for the collector, as name=value,name=value.`;

const text = { type: 'string' as const };
const texts = { type: 'string' as const, multiple: true as const };
const options = {
  ...{ protocol: text, viewers: text, light: text, ramp: text, for: text, endpoint: text, region: text },
  ...{ 'stream-id': text, network: text, cpu: text, browser: text, out: text, junit: text, html: text, har: text },
  ...{ 'screenshot-on-stall': text, expect: texts, header: texts },
  ...{ headed: { type: 'boolean' as const }, help: { type: 'boolean' as const } },
};

/** What the arguments ask for. @throws one sentence when they are wrong. */
export function readFlags(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): { readonly url: string; readonly watch: WatchOptions; readonly outputs: Outputs } | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [url, more] = positionals;
  if (url === undefined || more !== undefined) throw wrongUse('URL', 'one', positionals.join(' ') || 'none');
  const number = (name: 'viewers' | 'light' | 'cpu') => {
    const value = values[name];
    if (value !== undefined && !/^\d+(\.\d+)?$/.test(value)) throw wrongUse(`--${name}`, 'a number', value);
    return value === undefined ? undefined : Number(value);
  };
  const seconds = (name: 'ramp' | 'for') => {
    const value = values[name];
    const sec = value === undefined ? undefined : secondsOf(value);
    if (value !== undefined && sec === undefined) throw wrongUse(`--${name}`, 'a time such as 90s or 2m', value);
    return sec;
  };
  return {
    url,
    watch: {
      ...{ protocol: values.protocol as Protocol | undefined, region: values.region, endpoint: values.endpoint },
      ...{ viewers: number('viewers'), light: number('light'), cpu: number('cpu') },
      ...{ rampSec: seconds('ramp'), forSec: seconds('for'), streamId: values['stream-id'] },
      ...{ network: values.network, browser: values.browser, headed: values.headed, har: values.har },
      ...{ screenshotOnStall: values['screenshot-on-stall'], expect: values.expect ?? [] },
      headers: Object.fromEntries((values.header ?? []).map(headerOf)),
      endpointHeaders: otlpHeaders(environment.OTEL_EXPORTER_OTLP_HEADERS),
    },
    outputs: { out: values.out, junit: values.junit, html: values.html },
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw wrongUse('flags', 'known ones', (error as Error).message.split(/[.\n]/)[0]);
  }
}

function headerOf(line: string): [string, string] {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw wrongUse('--header', "'NAME: VALUE'", line);
  return [name.toLowerCase(), value];
}

/** The variable of OpenTelemetry: pairs with commas between them, values percent-encoded. */
function otlpHeaders(list = ''): Record<string, string> {
  const pairs = list.split(',').map((pair) => pair.split(/=(.*)/s).map((part) => part.trim()));
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (name && value ? [[name, decodeURIComponent(value)]] : [])),
  );
}
