import type { Attributes, Span, TraceSummary } from '../api.ts';
import { clock, format } from '../format.ts';
import { stallCause } from '../stall-causes.ts';
import { number, string } from './attributes.ts';

/** What happened, for a person: `Stalled 3.2 s` and the rest. `kind` is what it has in common with others of its sort. */
export type Words = {
  readonly headline: string;
  readonly detail: string;
  readonly tone: 'bad' | 'warn' | 'calm';
  readonly kind: string;
};

type Told = Pick<TraceSummary, 'name' | 'durationMs' | 'error' | 'attributes'>;

/** A start slower than this is trouble. */
export const slowStartSec = 5;

// No recording is that long, and since 2001 no time of day is that small.
const epochBasedSec = 1e9;

const objects: Record<string, string> = {
  manifest: 'Playlist',
  init: 'Init segment',
  audio: 'Audio segment',
  key: 'Key',
};

/** The words for a trace, from its root span; whatever is missing is left out. */
export function wordsFor(trace: Told): Words {
  const { name, error } = trace;
  if (name === 'livestream.player.stall') return stall(trace);
  if (name === 'livestream.player.startup') return startup(trace);
  if (/^livestream\.\w+\.fetch$/.test(name)) return fetched(trace);
  const calm = { tone: error ? 'bad' : 'calm', kind: name } as const;
  const lasted = format('ms', trace.durationMs);
  if (name === 'livestream.player.seek') return { ...calm, headline: `Seek took ${lasted}`, detail: '' };
  if (name === 'livestream.player.session') return session(trace);
  if (name === 'livestream.segment.publish') {
    return {
      ...calm,
      headline: `${numbered('Segment', trace.attributes)} published in ${lasted}`,
      detail: errorOf(trace),
    };
  }
  if (name === 'livestream.origin.request') {
    const status = number(trace.attributes, 'http.response.status_code');
    return {
      ...calm,
      headline: `Origin answered ${status ?? ''} in ${lasted}`.replace('  ', ' '),
      detail: errorOf(trace),
    };
  }
  if (name === 'webrtc.connect') {
    return {
      ...calm,
      headline: error ? 'WebRTC connection failed' : `WebRTC connected in ${lasted}`,
      detail: errorOf(trace),
    };
  }
  return { ...calm, headline: `${shortName(name)}${error ? ' failed' : ''}, ${lasted}`, detail: errorOf(trace) };
}

/** `livestream.segment.fetch` is `segment fetch`. */
export function shortName(name: string): string {
  return name.replace(/^livestream\.(player\.)?/, '').replaceAll('.', ' ');
}

/** The name of a span with what tells it from its neighbours. */
export function spanTitle({ name, attributes }: Pick<Span, 'name' | 'attributes'>): string {
  const type = string(attributes, 'object.type') ?? string(attributes, 'request.type');
  const plain =
    type && !name.includes(type) && !/^(video|muxed)$/.test(type) ? `${shortName(name)} ${type}` : shortName(name);
  const sequence = number(attributes, 'segment.sequence');
  return sequence === undefined ? plain : `${plain} #${sequence}`;
}

function stall({ durationMs, attributes }: Told): Words {
  const seconds = number(attributes, 'stall.duration_s') ?? durationMs / 1000;
  const cause = string(attributes, 'stall.cause');
  const position = number(attributes, 'playback.position_s');
  const details = [cause && stallCause(cause), position !== undefined && place(position)];
  return {
    headline: `Stalled ${format('seconds', seconds)}`,
    detail: details.filter(Boolean).join(', '),
    tone: seconds >= 1 ? 'bad' : 'warn',
    kind: `stall ${cause ?? ''}`,
  };
}

/** Streams whose timeline begins with the Unix epoch, as many DASH ones do, have a time of day for a position. */
function place(positionSec: number): string {
  return positionSec < epochBasedSec ? `position ${positionSec.toFixed(1)}\u00a0s` : `at ${clock(positionSec * 1000)}`;
}

function startup({ durationMs, error, attributes }: Told): Words {
  const seconds = number(attributes, 'startup.duration_s') ?? durationMs / 1000;
  const [took, result] = [format('seconds', seconds), string(attributes, 'startup.result')];
  if (result === 'left')
    return { headline: `Left after ${took} without a picture`, detail: '', tone: 'warn', kind: 'left' };
  if (result === 'failed')
    return {
      headline: `Start failed after ${took}`,
      detail: errorOf({ attributes }),
      tone: 'bad',
      kind: 'start failed',
    };
  const detail = error ? 'with a failed request' : '';
  if (result === 'not_asked')
    return { headline: `Loaded for ${took}, never played`, detail, tone: error ? 'bad' : 'calm', kind: 'not asked' };
  const slow = seconds > slowStartSec;
  return {
    headline: slow ? `Slow start, ${took}` : `Started in ${took}`,
    detail,
    tone: error || slow ? 'bad' : 'calm',
    kind: `start ${detail}`,
  };
}

function fetched({ name, durationMs, error, attributes }: Told): Words {
  const object =
    objects[string(attributes, 'object.type') ?? ''] ??
    (name.includes('manifest') ? 'Playlist' : name.includes('key') ? 'Key' : 'Segment');
  const what = numbered(object, attributes);
  const took = format('ms', durationMs);
  const resend = number(attributes, 'http.request.resend_count');
  const retry = resend === undefined ? '' : `retry ${resend}`;
  if (!error) return { headline: `${what} fetched in ${took}`, detail: retry, tone: 'calm', kind: 'fetch' };
  const why = errorOf({ attributes }) || 'no answer';
  return {
    headline: `${what} failed`,
    detail: [`${why} after ${took}`, retry].filter(Boolean).join(', '),
    tone: 'bad',
    kind: `fetch ${object} ${why}`,
  };
}

function session({ error, attributes }: Told): Words {
  const watched = format('seconds', number(attributes, 'view.watched_s'));
  const stalls = number(attributes, 'view.stalls') ?? 0;
  const headline = error ? `Playback ended by an error after ${watched}` : `Watched ${watched}`;
  const detail = [errorOf({ attributes }), stalls > 0 ? `${stalls} ${stalls === 1 ? 'stall' : 'stalls'}` : ''];
  return {
    headline,
    detail: detail.filter(Boolean).join(', '),
    tone: error ? 'bad' : 'calm',
    kind: `session ${error}`,
  };
}

function errorOf({ attributes }: Pick<Told, 'attributes'>): string {
  const status = number(attributes, 'http.response.status_code');
  const type = string(attributes, 'error.type');
  if (status !== undefined && status >= 400) return `HTTP ${status}`;
  return type?.replaceAll('_', ' ') ?? '';
}

function numbered(object: string, attributes: Attributes): string {
  const sequence = number(attributes, 'segment.sequence');
  return sequence === undefined ? object : `${object} ${sequence}`;
}
