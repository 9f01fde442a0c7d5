import type { Linked, Trace } from '../api.ts';
import { element } from '../element.ts';
import { format } from '../format.ts';
import type { Chapter } from './story.ts';
import type { Row, Stretch, Waterfall } from './waterfall.ts';
import { waterfall } from './waterfall.ts';
import { shortName } from './words.ts';

/** The page of a trace: its rows in sections, on one time axis. */
export type Sheet = {
  /** All that is shown, the trace that was opened first. */
  readonly traces: readonly Trace[];
  readonly plan: Waterfall;
  readonly sections: readonly Section[];
  /** What rows say besides, by the id of their span. */
  readonly notes: ReadonlyMap<string, string>;
  /** Where on the axis the picture stood. */
  readonly stood: Stretch | null;
};

export type Section = {
  readonly heading: Heading | null;
  readonly rows: readonly Row[];
  /** Links to traces that are not shown. */
  readonly linked: readonly Linked[];
};

/** Words, and the trace that they lead to, by its kind. */
export type Heading = { readonly words: string; readonly trace: { readonly id: string; readonly name: string } | null };

/** A trace with those that its links join to it, each in a section. */
export function storySheet(chapters: readonly Chapter[]): Sheet {
  const traces = chapters.map(({ trace }) => trace);
  const plan = waterfall(traces);
  // Those of the story stand below with all their spans; links are for the rest.
  const told = new Set(traces.map(({ traceId }) => traceId));
  const sections = chapters.map(({ trace, relation }, i) => ({
    heading: relation === null ? null : headingOf(trace, relation, plan, !plan.groups[i]),
    rows: plan.groups[i] ?? [],
    linked: trace.linked.filter((link) => !told.has(link.traceId)),
  }));
  return { traces, plan, sections, notes: new Map(), stood: null };
}

function headingOf({ traceId, spans }: Trace, relation: string, { from }: Waterfall, far: boolean): Heading {
  const at = Math.min(...spans.map(({ startedAt }) => startedAt));
  const when = far ? `, ${format('ms', Math.abs(at - from))} ${at < from ? 'earlier' : 'later'}` : '';
  return { words: `${relation}${when}`, trace: { id: traceId, name: spans[0]?.name ?? 'trace' } };
}

/** A heading among the rows. */
export function chapterHeading({ words, trace }: Heading, hrefOf: (traceId: string) => string): HTMLElement {
  const link = trace && element('a', { href: hrefOf(trace.id) }, `open this ${shortName(trace.name)}`);
  return element('li', { class: 'chapter' }, element('span', {}, words), link);
}

/** Shades the time in which the picture stood, behind all rows. */
export function markStood(rows: HTMLElement, stood: Stretch | null): void {
  rows.toggleAttribute('data-stood', stood !== null);
  if (!stood) return;
  rows.style.setProperty('--stood-from', `${stood.left * 100}%`);
  rows.style.setProperty('--stood-to', `${(stood.left + stood.width) * 100}%`);
}
