import type { Span } from '../api.ts';
import { format } from '../format.ts';
import { number, string } from '../traces/attributes.ts';
import type { Timeline } from './delays.ts';
import { waitedMs } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { originOf } from './evidence.ts';
import { slowSteps } from './publishing.ts';
import { arrived, endOf, sequenceOf } from './spans.ts';

export type Reason = { readonly text: string; readonly step?: string | undefined };

/** Why one part of the way to the picture took long, as what follows "because". */
export function delayReason(part: keyof Timeline['delays'], evidence: Evidence, timeline?: Timeline): Reason {
  if (part === 'publish') return lateReason(evidence, timeline);
  if (part === 'playlist') return playlistReason(evidence, timeline);
  const { fetch } = evidence;
  if (!fetch) return { text: 'nothing came' };
  if (part === 'failing') return { text: failedReason(evidence, timeline) };
  const isKey = fetch.name === 'livestream.key.fetch';
  if (part === 'network') return { text: networkReason(fetch, timeline) };
  const took = isKey
    ? ''
    : `${segmentName(fetch)} took ${format('ms', timeline ? timeline.tookSec * 1000 : fetch.durationMs)} to arrive: `;
  return {
    text: `${took}${serverName(fetch, evidence.origin)} began to answer after ${format('ms', waitedMs(fetch, evidence.origin))}`,
  };
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
  const failed = asked.filter((span) => !arrived(span));
  if (failed.length > 0 && failed.length >= asked.length / 2) {
    return { text: `the playlist could not be had for ${format('ms', unnamedMs)}: it ${timesFailed(failed)}` };
  }
  const stale = `the playlist was not updated for ${format('seconds', gapSec ?? unnamedMs / 1000)}`;
  if (publishedBeforeSec === undefined || !fetch) return { text: stale };
  return {
    text: `${stale}: ${segmentName(fetch)} had been published ${format('seconds', publishedBeforeSec)} before it was asked for`,
  };
}

function failedReason({ attempts, fetch }: Evidence, { delays }: Partial<Timeline> = {}): string {
  const failed = [...attempts, ...(fetch ? [fetch] : [])].filter((span) => !arrived(span));
  const isKey = fetch?.name === 'livestream.key.fetch';
  const first = failed[0] ?? fetch;
  if (isKey) return `its fetch ${timesFailed(failed)}`;
  const seconds = format('seconds', delays?.failing ?? 0);
  return `${first ? segmentName(first) : 'a segment'} could not be had for ${seconds}: it ${timesFailed(failed)}`;
}

function timesFailed(failed: readonly Span[]): string {
  const times = failed.length === 1 ? 'once' : failed.length === 2 ? 'twice' : `${failed.length} times`;
  const status = failed
    .map(({ attributes }) => number(attributes, 'http.response.status_code'))
    .find((code) => code && code >= 400);
  const type = failed
    .map(({ attributes }) => string(attributes, 'error.type') ?? string(attributes, 'fetch.result'))
    .find(Boolean);
  const why = status ? `HTTP ${status}` : type?.replaceAll('_', ' ');
  return `failed ${times}${why ? ` (${why})` : ''}`;
}

function networkReason(fetch: Span, { delays, tookSec }: Partial<Timeline> = {}): string {
  const setupSec = ['dns', 'connect', 'tls'].reduce(
    (sum, name) => sum + (number(fetch.attributes, `timing.${name}_s`) ?? 0),
    0,
  );
  const networkSec = delays?.network ?? tookSec ?? fetch.durationMs / 1000;
  if (setupSec > networkSec / 2) return `connecting to the server took ${format('seconds', setupSec)}`;
  const bytes = number(fetch.attributes, 'segment.size_bytes');
  const what = bytes === undefined || bytes === 0 ? segmentName(fetch) : `${size(bytes)} of ${segmentName(fetch)}`;
  const never = arrived(fetch) ? 'to deliver' : 'and did not deliver';
  return `the network took ${format('seconds', networkSec)} ${never} ${what}`;
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
