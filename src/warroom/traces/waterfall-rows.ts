import type { Linked } from '../api.ts';
import { element } from '../element.ts';
import { format } from '../format.ts';
import { relationOf } from './story.ts';
import type { Row, Stretch, Waterfall } from './waterfall.ts';
import { shortName, spanTitle } from './words.ts';

const mostLinks = 6;

export type RowContext = {
  readonly linked: readonly Linked[];
  readonly hrefOf: (traceId: string) => string;
  readonly slotOf: (service: string) => number;
  /** False when all spans are of one service, so that no row needs to say it. */
  readonly several: boolean;
  /** What the row says besides. */
  readonly note?: string | undefined;
  readonly select: (row: Row, button: HTMLElement) => void;
};

/** The time axis above the rows. */
export function axisRow({ ticks }: Waterfall): HTMLElement {
  const marks = ticks.map(({ left, ms }) =>
    place(element('span', {}, ms === 0 ? '0' : format('ms', ms)), { left, width: 0 }),
  );
  return element('div', { class: 'axis', 'aria-hidden': 'true' }, element('div', { class: 'track' }, ...marks));
}

/** One span: a button with its name and bar, and below it the ways to other traces. */
export function spanRow(row: Row, { linked, hrefOf, slotOf, several, note, select }: RowContext): HTMLElement {
  const { span, depth, bar, phases } = row;
  const failed = span.status === 'error';
  const segments = phases.map((phase) => place(element('i', { 'data-phase': phase.name, title: phase.name }), phase));
  const drawn = place(
    element('span', { class: 'bar', 'data-slot': String(slotOf(span.service)), 'data-error': failed }, ...segments),
    bar,
  );
  const name = element(
    'span',
    { class: 'name' },
    failed ? element('b', { class: 'failed' }, 'Error') : null,
    spanTitle(span),
  );
  const label = element(
    'span',
    { class: 'label' },
    name,
    several ? element('span', { class: 'about' }, span.service) : null,
    note === undefined ? null : element('span', { class: 'row-note' }, note),
  );
  label.style.paddingInlineStart = `${depth}rem`;
  const took = element('span', { class: 'took' }, format('ms', span.durationMs));
  const button = element(
    'button',
    { type: 'button', 'aria-pressed': 'false' },
    label,
    element('span', { class: 'track' }, drawn),
    took,
  );
  button.addEventListener('click', () => select(row, button));
  const links = linked.filter(({ ofSpanId }) => ofSpanId === span.spanId);
  const ways = links
    .slice(0, mostLinks)
    .map((link) => element('a', { class: 'way', href: hrefOf(link.traceId) }, ...wayWords(link, row)));
  const more =
    links.length > mostLinks ? element('span', { class: 'about' }, `and ${links.length - mostLinks} more`) : null;
  const list = links.length > 0 ? element('div', { class: 'ways' }, ...ways, more) : null;
  if (list) list.style.paddingInlineStart = `${depth + 1}rem`;
  return element('li', {}, button, list);
}

function wayWords(link: Linked, { span }: Row): (HTMLElement | string)[] {
  const apart = link.startedAt - span.startedAt;
  const when = Math.abs(apart) < 1 ? '' : `, ${format('ms', Math.abs(apart))} ${apart < 0 ? 'earlier' : 'later'}`;
  const took = `${shortName(link.name)} of ${format('ms', link.durationMs)}${when}`;
  return [element('b', {}, relationOf(link, span.name)), ` ${took}`];
}

function place<T extends HTMLElement>(node: T, { left, width }: Stretch): T {
  node.style.left = `${left * 100}%`;
  if (width > 0) node.style.width = `${width * 100}%`;
  return node;
}
