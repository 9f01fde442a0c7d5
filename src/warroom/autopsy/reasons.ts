import type { Span } from '../api.ts';
import { format } from '../format.ts';
import { number, string } from '../traces/attributes.ts';
import type { Timeline } from './delays.ts';
import { waitedMs } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { originOf } from './evidence.ts';
import { slowSteps } from './publishing.ts';
import { arrived, endOf, failed, sequenceOf } from './spans.ts';

export type Reason = { readonly text: string; readonly step?: string | undefined };

/** Why one part of the way to the picture took long, as what follows "because". */
export function delayReason(part: keyof Timeline['delays'], evidence: Evidence, timeline?: Timeline): Reason {
  if (part === 'publish') return lateReason(evidence, timeline);
  if (part === 'playlist') return playlistReason(evidence, timeline);
  const { fetch } = evidence;
  if (part === 'network' && timeline && timeline.playlistNetworkSec > timeline.delays.network / 2) {
    return { text: `the network took ${format('seconds', timeline.playlistNetworkSec)} to deliver the playlist` };
  }
  if (!fetch) return { text: 'nothing came' };
  if (part === 'failing') return { text: failedReason(evidence, timeline) };
  if (part === 'network') return { text: networkReason(evidence, fetch, timeline) };
  return { text: waitReason(evidence, fetch, timeline) };
}

function lateReason({ publish, fetch }: Evidence, { publishing }: Partial<Timeline> = {}): Reason {
  const about = fetch ?? publish;
  if (!publishing || !about) return { text: 'a segment was published late' };
  const slow = slowSteps(publishing);
  const words = slow.map(({ name, sec }) =>
    name === 'waiting'
      ? `it waited ${format('seconds', sec)} for its turn`
      : `the ${name} took ${format('seconds', sec)}`,
  );
  const late = `${segmentName(about)} was published ${format('seconds', publishing.lateSec)} late`;
  return { text: words.length > 0 ? `${late}: ${words.join(', and ')}` : late, step: slow[0]?.name };
}

function playlistReason(
  { playlists, fetch, stall, attempts, spans }: Evidence,
  { gapSec, publishedBeforeSec, delays }: Partial<Timeline> = {},
): Reason {
  const until = (attempts[0] ?? fetch)?.startedAt ?? endOf(stall);
  const unnamedMs = (delays?.playlist ?? 0) * 1000;
  const since = until - unnamedMs;
  const asked = playlists.filter(
    (span) => span.attributes['request.blocking'] !== true && endOf(span) > since && span.startedAt < until,
  );
  const longest = [...asked].sort((a, b) => b.durationMs - a.durationMs)[0];
  if (longest && longest.durationMs > unnamedMs / 2) {
    const origin = originOf(longest, spans);
    return {
      text: `the playlist took ${format('ms', longest.durationMs)} to arrive: ${serverName(longest, origin)} began to answer after ${format('ms', waitedMs(longest, origin))}`,
    };
  }
  const broken = asked.filter(failed);
  if (broken.length > 0 && broken.length >= asked.length / 2) {
    return { text: `the playlist could not be had for ${format('ms', unnamedMs)}: it ${timesFailed(broken)}` };
  }
  const stale = `the playlist was not updated for ${format('seconds', gapSec ?? unnamedMs / 1000)}`;
  if (publishedBeforeSec === undefined || !fetch) return { text: stale };
  return {
    text: `${stale}: ${segmentName(fetch)} had been published ${format('seconds', publishedBeforeSec)} before it was asked for`,
  };
}

function failedReason({ attempts, fetch }: Evidence, { delays }: Partial<Timeline> = {}): string {
  const broken = [...attempts, ...(fetch ? [fetch] : [])].filter(failed);
  const isKey = fetch?.name === 'livestream.key.fetch';
  const first = broken[0] ?? fetch;
  if (isKey) return `its fetch ${timesFailed(broken)}`;
  const seconds = format('seconds', delays?.failing ?? 0);
  return `${first ? segmentName(first) : 'a segment'} could not be had for ${seconds}: it ${timesFailed(broken)}`;
}

function timesFailed(broken: readonly Span[]): string {
  const times = broken.length === 1 ? 'once' : broken.length === 2 ? 'twice' : `${broken.length} times`;
  const status = broken
    .map(({ attributes }) => number(attributes, 'http.response.status_code'))
    .find((code) => code && code >= 400);
  const type = broken
    .map(({ attributes }) => string(attributes, 'error.type') ?? string(attributes, 'fetch.result'))
    .find(Boolean);
  const why = status ? `HTTP ${status}` : type?.replaceAll('_', ' ');
  return `failed ${times}${why ? ` (${why})` : ''}`;
}

/** Of all attempts the one that waited longest for its answer to begin. */
function waitReason({ attempts, spans }: Evidence, fetch: Span, { tookSec }: Partial<Timeline> = {}): string {
  const waits = [fetch, ...attempts].map((span) => ({ span, origin: originOf(span, spans) }));
  const msOf = ({ span, origin }: (typeof waits)[number]) => waitedMs(span, origin);
  const longest = waits.sort((a, b) => msOf(b) - msOf(a))[0] as (typeof waits)[number];
  const { span, origin } = longest;
  const isKey = fetch.name === 'livestream.key.fetch';
  const took = isKey
    ? ''
    : `${segmentName(fetch)} took ${format('seconds', tookSec ?? fetch.durationMs / 1000)} to arrive: `;
  const isBegun = arrived(span) || [span, origin].some((side) => side?.attributes.ttfb_s !== undefined);
  const began = isBegun ? 'began' : 'had not begun';
  return `${took}${serverName(span, origin)} ${began} to answer after ${format('ms', msOf(longest))}`;
}

function networkReason({ attempts }: Evidence, fetch: Span, { delays, tookSec }: Partial<Timeline> = {}): string {
  const setupSec = ['dns', 'connect', 'tls'].reduce(
    (sum, name) => sum + (number(fetch.attributes, `timing.${name}_s`) ?? 0),
    0,
  );
  const networkSec = delays?.network ?? tookSec ?? fetch.durationMs / 1000;
  if (setupSec > networkSec / 2) return `connecting to the server took ${format('seconds', setupSec)}`;
  const bytes = [...attempts, fetch].reduce(
    (sum, { attributes }) => sum + (number(attributes, 'segment.size_bytes') ?? 0),
    0,
  );
  const what = bytes === 0 ? segmentName(fetch) : `${size(bytes)} of ${segmentName(fetch)}`;
  const never = arrived(fetch) ? 'to deliver' : 'and did not deliver';
  const times = attempts.length > 0 ? `, in ${attempts.length + 1} attempts` : '';
  return `the network took ${format('seconds', networkSec)} ${never} ${what}${times}`;
}

/** Only where its span was found, it is known to be the origin that answered. */
function serverName(fetch: Span, origin: Span | undefined): string {
  return origin && fetch.attributes['join.grade'] !== 'replayed' ? 'the origin' : 'the server';
}

function segmentName(span: Span): string {
  const type = string(span.attributes, 'object.type');
  const name = type === 'init' ? 'the init segment' : type === 'audio' ? 'audio segment' : 'segment';
  const sequence = sequenceOf(span);
  if (span.name === 'livestream.key.fetch') return 'the key';
  return sequence === undefined
    ? type === 'init'
      ? name
      : `a ${name}`.replace('a audio', 'an audio')
    : `${name} ${sequence}`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1000)}\u00a0kB` : `${(bytes / 1e6).toFixed(1)}\u00a0MB`;
}
