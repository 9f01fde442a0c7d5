import { parseArgs } from 'node:util';
import { isProblem } from '../synthetic/problem.ts';
import type { DoctorOptions } from './doctor.ts';
import { diagnose } from './doctor.ts';
import { table } from './table.ts';

const help = `playscope doctor URL: what of a stream, its hosts and its collector keeps figures away

  URL                         an HLS playlist, an MPD or a WHEP endpoint
  --endpoint URL              PLAYSCOPE_ENDPOINT      OTLP/HTTP base URL of the collector; without it that is left out
  --page-origin URL           PLAYSCOPE_PAGE_ORIGIN   origin of the pages that play it; default http://localhost
  --propagate header,query    how your pages send a context, or none; trouble with other ways is a note; default both
  --protocol hls|dash|webrtc  where the URL does not tell
  --browser NAME              PLAYSCOPE_BROWSER       chromium, firefox, webkit, chrome, msedge, or a path
  --json                      the findings as JSON
  --help

  Exit code: 0 nothing to fix, 1 something to fix, 2 wrong usage, 3 the stream or the browser could not be opened.`;

const ways = ['header', 'query'] as const;
const protocols = ['hls', 'dash', 'webrtc'] as const;

type Read = { readonly options: DoctorOptions; readonly json: boolean } | { readonly print: string } | string;

/**
 * Runs `playscope doctor`.
 *
 * @returns the exit code: 0, 1 when there is something to fix, 2 when a flag is wrong, 3 when the stream or the browser cannot be opened.
 */
export async function doctor(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const read = readFlags(args, environment);
  if (typeof read === 'string') {
    console.error(`${read}. playscope doctor --help lists the flags.`);
    return 2;
  }
  if ('print' in read) {
    console.log(read.print);
    return 0;
  }
  try {
    const diagnosis = await diagnose(read.options);
    console.log(read.json ? JSON.stringify(diagnosis, null, 2) : table(diagnosis));
    return diagnosis.findings.some(({ verdict }) => verdict === 'fix') ? 1 : 0;
  } catch (error) {
    // Anything else is a fault of ours or of the browser: whoever mends it wants to know where.
    console.error(isProblem(error) ? `${error.message}.` : error);
    return 3;
  }
}

/** What the flags say, else the environment: options, a text to print, or what is wrong with them. */
export function readFlags(args: readonly string[], environment: NodeJS.ProcessEnv): Read {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{ endpoint: text, 'page-origin': text, propagate: text, protocol: text, browser: text },
    ...{ json: flag, help: flag },
  };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    if (values.help) return { print: help };
    return optionsOf(positionals, values, environment);
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? 'flags: expected known ones';
  }
}

type Values = {
  readonly [name in 'endpoint' | 'page-origin' | 'propagate' | 'protocol' | 'browser']?: string | undefined;
} & { readonly json?: boolean | undefined };

function optionsOf([url, ...more]: readonly string[], values: Values, environment: NodeJS.ProcessEnv): Read {
  if (url === undefined || more.length > 0 || !isHttp(url)) {
    return `URL: expected one http or https URL, received ${JSON.stringify([url, ...more].filter(Boolean).join(' '))}`;
  }
  const endpoint = values.endpoint ?? (environment.PLAYSCOPE_ENDPOINT || undefined);
  if (endpoint !== undefined && !isHttp(endpoint)) {
    return `--endpoint: expected an http or https URL, received ${JSON.stringify(endpoint)}`;
  }
  const pageOrigin = values['page-origin'] ?? (environment.PLAYSCOPE_PAGE_ORIGIN || 'http://localhost');
  if (!isHttp(pageOrigin) || new URL(pageOrigin).origin !== pageOrigin) {
    return `--page-origin: expected an origin such as https://tv.example, received ${JSON.stringify(pageOrigin)}`;
  }
  const asked = (values.propagate ?? 'header,query').split(',').map((each) => each.trim());
  const unknown = asked.find((each) => !oneOf(ways, each) && !(each === 'none' && asked.length === 1));
  if (unknown !== undefined) {
    return `--propagate: expected header, query, both or none, received ${JSON.stringify(values.propagate)}`;
  }
  const { protocol, browser, json = false } = values;
  if (protocol !== undefined && !oneOf(protocols, protocol)) {
    return `--protocol: expected hls, dash or webrtc, received ${JSON.stringify(protocol)}`;
  }
  const propagate = ways.filter((way) => asked.includes(way));
  return { options: { url, endpoint: endpoint?.replace(/\/+$/, ''), pageOrigin, propagate, protocol, browser }, json };
}

function oneOf<Name extends string>(names: readonly Name[], value: string): value is Name {
  return (names as readonly string[]).includes(value);
}

function isHttp(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
