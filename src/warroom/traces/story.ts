import type { Linked, Trace } from '../api.ts';

/** A trace and those that explain it. `relation` says what the other one is to the first, seen from the first. */
export type Chapter = { readonly trace: Trace; readonly relation: string | null };

const most = 6;

/**
 * Loads a trace and what is joined to it by links: its causes two steps back (a stall, the fetch that it waited for, the
 * publish step that made the segment), its consequences one step on.
 *
 * @throws Error when the trace itself cannot be had; a linked one that is gone is left out.
 */
export async function story(traceId: string, load: (traceId: string) => Promise<Trace>): Promise<Chapter[]> {
  const trace = await load(traceId);
  const chapters: Chapter[] = [{ trace, relation: null }];
  const seen = new Set([traceId]);
  let edge = chapters;
  for (const step of [1, 2]) {
    const wanted = edge.flatMap(({ trace: from }) => next(from, step, seen)).slice(0, most - chapters.length);
    edge = (await Promise.all(wanted.map((linked) => chapter(linked, load)))).filter((found) => found !== null);
    chapters.push(...edge);
  }
  return chapters;
}

function next({ spans, linked }: Trace, step: number, seen: Set<string>): (Linked & { of: string })[] {
  const causesFirst = [...linked].sort((a, b) => (a.direction === b.direction ? 0 : a.direction === 'to' ? -1 : 1));
  return causesFirst.flatMap((link) => {
    if (seen.has(link.traceId) || (step > 1 && link.direction === 'from')) return [];
    seen.add(link.traceId);
    return [{ ...link, of: spans.find(({ spanId }) => spanId === link.ofSpanId)?.name ?? '' }];
  });
}

async function chapter(
  link: Linked & { of: string },
  load: (traceId: string) => Promise<Trace>,
): Promise<Chapter | null> {
  try {
    return { trace: await load(link.traceId), relation: relationOf(link, link.of) };
  } catch {
    // The collector keeps recent traces only: the link stays in the list, its trace cannot be shown.
    return null;
  }
}

/** What the linked span is to the span `of` that carries or receives the link. */
export function relationOf({ direction, name }: Pick<Linked, 'direction' | 'name'>, of: string): string {
  const [cause, effect] = direction === 'to' ? [name, of] : [of, name];
  const forward = direction === 'to';
  if (effect === 'livestream.player.stall') return forward ? 'waited for this fetch' : 'a stall waited for it';
  if (cause === 'livestream.segment.publish') return forward ? 'made by' : 'made this object for';
  if (effect === 'livestream.player.session') return forward ? 'began with' : 'start of this view';
  return forward ? 'links to' : 'linked from';
}
