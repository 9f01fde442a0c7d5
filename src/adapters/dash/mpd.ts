import type { Sample } from '../../core/events.ts';

/** The parts of an MPD that are read, as dash.js hands it out: durations in seconds, attributes inherited downwards. */
export type Mpd = Node & { readonly type?: string };
type Node = { readonly [name: string]: unknown };
type Template = {
  readonly timescale?: number;
  readonly presentationTimeOffset?: number;
  readonly startNumber?: number;
  readonly SegmentTimeline?: Node;
};
type Entry = { readonly t?: number; readonly d: number; readonly r?: number };

/**
 * The newest segment that a live MPD names, by Representation@id. Empty where a SegmentTimeline is missing: then the clock says
 * what should be there, and nothing what is.
 */
export function newestSegments(mpd: Mpd): Map<string, NonNullable<Sample['edge']>> {
  const newest = new Map<string, NonNullable<Sample['edge']>>();
  const period = list(mpd, 'Period').at(-1);
  if (mpd.type !== 'dynamic' || !period) return newest;
  for (const set of list(period, 'AdaptationSet')) {
    if (!/^video|^$/.test(String(set.contentType ?? ''))) continue;
    for (const representation of list(set, 'Representation')) {
      const edge = edgeOf((representation.SegmentTemplate ?? {}) as Template, Number(period.start ?? 0));
      if (edge) newest.set(String(representation.id), edge);
    }
  }
  return newest;
}

function edgeOf(template: Template, periodStartSec: number): Sample['edge'] {
  const { timescale = 1, presentationTimeOffset = 0, startNumber, SegmentTimeline = {} } = template;
  let count = 0;
  let end = 0;
  let longest = 0;
  for (const { t = end, d, r = 0 } of list(SegmentTimeline, 'S') as unknown as Entry[]) {
    // Repeated until the next entry or for good: a promise, not a list.
    if (r < 0) return undefined;
    end = t + d * (r + 1);
    count += r + 1;
    longest = Math.max(longest, d);
  }
  if (count === 0) return undefined;
  return {
    sequence: startNumber === undefined ? Math.round(end / longest) : startNumber + count - 1,
    targetDurationSec: longest / timescale,
    endSec: periodStartSec + (end - presentationTimeOffset) / timescale,
  };
}

/** Version 4 keeps the lists of repeated elements beside them. */
function list(node: Node, name: string): Node[] {
  const found = node[`${name}_asArray`] ?? node[name] ?? [];
  return Array.isArray(found) ? found : [found as Node];
}
