import type { Attributes, Span } from '../api.ts';
import { element } from '../element.ts';
import { attributeText, clock, format } from '../format.ts';
import type { Row } from './waterfall.ts';
import { spanTitle } from './words.ts';

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** All that one span says: its status, phases, attributes and events. */
export function spanDetails({ span, phases }: Row, traceStart: number): HTMLElement[] {
  const { name, service, kind, startedAt, durationMs, attributes, events, spanId } = span;
  const facts: Attributes = {
    span: name,
    service,
    kind: kinds[kind] ?? String(kind),
    started: `${clock(startedAt)}, ${format('ms', startedAt - traceStart)} after the trace began`,
    duration: format('ms', durationMs),
    'span id': spanId,
  };
  const phaseFacts = Object.fromEntries(phases.map((phase) => [phase.name, format('seconds', phase.seconds)]));
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    element('h3', {}, spanTitle(span)),
    ...status(span),
    table('Span', facts),
    ...(phases.length > 0 ? [table('Phases', phaseFacts)] : []),
    ...(sorted.length > 0 ? [table('Attributes', Object.fromEntries(sorted))] : []),
    ...events.map((event) =>
      table(`Event: ${event.name}`, {
        at: `${clock(event.at)}, ${format('ms', event.at - traceStart)}`,
        ...event.attributes,
      }),
    ),
  ];
}

function status({ status: state, statusMessage }: Span): HTMLElement[] {
  if (state !== 'error') return [];
  return [element('p', { class: 'error-note' }, `Error${statusMessage && `: ${statusMessage.replaceAll('_', ' ')}`}`)];
}

function table(title: string, facts: Attributes): HTMLElement {
  const rows = Object.entries(facts).map(([name, value]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, attributeText(value))),
  );
  return element('table', { class: 'attributes' }, element('caption', {}, title), element('tbody', {}, ...rows));
}
