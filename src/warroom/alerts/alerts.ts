import type { Alert, AlertInstance, AlertState } from '../api.ts';
import { element, keyedList, setAttribute, setText } from '../element.ts';
import { ago, clock, format } from '../format.ts';
import { meaningOf } from './alert-meanings.ts';

const words: Record<AlertState, string> = { ok: 'ok', pending: 'pending', firing: 'firing', no_data: 'no data' };

/** The alerts as a row of chips; each opens what it means, one at a time. The returned function shows the newest states. */
export function alerts(host: HTMLElement, announce: (text: string) => void) {
  const chips = element('ul', { class: 'chips' });
  const details = element('section', {
    class: 'card alert-details',
    id: 'alert-details',
    'aria-label': 'Alert',
    hidden: true,
  });
  host.append(chips, details);
  const update = keyedList<Alert>(chips, ({ name }) => name, chip);
  let newest: readonly Alert[] = [];
  let open: string | null = null;
  let firing: ReadonlySet<string> = new Set();

  function chip(alert: Alert) {
    const state = element('span', { class: 'state' });
    const attributes = {
      type: 'button',
      class: 'chip',
      'aria-controls': 'alert-details',
      onclick: () => toggle(alert.name),
    };
    const button = element(
      'button',
      attributes,
      element('i', { class: 'dot' }),
      meaningOf(alert.name).chip,
      ' ',
      state,
    );
    return {
      root: element('li', {}, button),
      update({ name, state: now, instances }: Alert) {
        setAttribute(button, 'data-state', now);
        setAttribute(button, 'aria-expanded', String(open === name));
        const several = instances.filter((instance) => instance.state === now).length;
        setText(state, several > 1 ? `${words[now]} ×${several}` : words[now]);
      },
    };
  }

  function toggle(name: string | null) {
    open = open === name ? null : name;
    render();
  }

  function render() {
    update(newest);
    const alert = newest.find(({ name }) => name === open);
    details.hidden = !alert;
    if (alert) details.replaceChildren(...explain(alert));
  }

  host.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || open === null) return;
    const button = chips.querySelector<HTMLElement>('[aria-expanded="true"]');
    // This Escape is used up: it must not leave the page's view as well.
    event.stopPropagation();
    toggle(null);
    button?.focus();
  });

  return (next: readonly Alert[]): void => {
    newest = next;
    render();
    const now = new Set(next.filter(({ state }) => state === 'firing').map(({ name }) => name));
    const begun = [...now].filter((name) => !firing.has(name));
    firing = now;
    if (begun.length > 0) announce(`Alert firing: ${begun.map((name) => meaningOf(name).chip).join(', ')}`);
  };
}

function explain({ name, state, summary, since, instances }: Alert): HTMLElement[] {
  const { rule, look, value, unit } = meaningOf(name);
  const lasting = since === null ? '' : ` since ${clock(since)}`;
  const title = element(
    'h3',
    {},
    name,
    element('span', { class: 'badge', 'data-state': state }, `${words[state]}${lasting}`),
  );
  const text = element('dl', {}, ...fact('Means', summary), ...fact('Rule', rule), ...fact('Look at', look));
  if (instances.length === 0) {
    const none = state === 'no_data' ? 'Nothing has reported what this alert watches.' : 'No stream is affected.';
    return [title, text, element('p', { class: 'note' }, none)];
  }
  const columns = ['Where', value, 'Threshold', 'State', 'Since'];
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
  const rows = instances.map((instance) => row(instance, (figure) => format(unit, figure)));
  return [title, text, element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))];
}

function fact(term: string, text: string): HTMLElement[] {
  return text === '' ? [] : [element('dt', {}, term), element('dd', {}, text)];
}

function row({ labels, value, threshold, state, since }: AlertInstance, figure: (value: number) => string) {
  const where = Object.values(labels).join(' · ') || 'all';
  const cells = [where, figure(value), figure(threshold), words[state], `${clock(since)} (${ago(Date.now() - since)})`];
  return element('tr', { 'data-state': state }, ...cells.map((cell) => element('td', {}, cell)));
}
