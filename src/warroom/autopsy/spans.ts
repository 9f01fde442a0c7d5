import type { Span } from '../api.ts';
import { number, string } from '../traces/attributes.ts';

/** Instants are Unix ms, by the clock of whoever sent the span. */
export const endOf = ({ startedAt, durationMs }: Span): number => startedAt + durationMs;

export const isMedia = ({ name, attributes }: Span): boolean =>
  name === 'livestream.segment.fetch' &&
  /^(video|audio|muxed|init)$/.test(string(attributes, 'object.type') ?? 'muxed');

export const isPlaylist = ({ name }: Span): boolean => name === 'livestream.manifest.fetch';
export const isKey = ({ name }: Span): boolean => name === 'livestream.key.fetch';
export const isOrigin = ({ name }: Span): boolean => name === 'livestream.origin.request';
export const isPublish = ({ name }: Span): boolean => name === 'livestream.segment.publish';

/** Whether a fetch brought what it was sent for. */
export const arrived = ({ status, attributes }: Span): boolean =>
  status !== 'error' && !/^(failed|aborted|detached)$/.test(string(attributes, 'fetch.result') ?? 'ok');

/** Whether it was answered wrongly or not at all; what was only too slow for the player was given up. */
export const failed = ({ status, attributes }: Span): boolean =>
  (status === 'error' || attributes['fetch.result'] === 'failed') && attributes['error.type'] !== 'timeout';

export const sequenceOf = ({ attributes }: Span): number | undefined => number(attributes, 'segment.sequence');

/** What several attempts at the same have in common. A rendition is none of it: a player may change it between two. */
export const objectOf = ({ name, attributes }: Span): string =>
  `${name} ${string(attributes, 'object.type') ?? ''} ${number(attributes, 'segment.sequence') ?? ''}.${number(attributes, 'segment.part') ?? ''}`;

/** Spans that others name by their ids. */
export function bySpanId(spans: readonly Span[]): Map<string, Span> {
  return new Map(spans.map((span) => [span.spanId, span]));
}
