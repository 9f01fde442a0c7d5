import type { Stream } from '../api.ts';
import { byId, element, keyedList, setAttribute, setText } from '../element.ts';
import { columns } from './stream-columns.ts';

/** The table of streams. A click on a name narrows the page to it, another one widens it again. */
export function streams(choose: (stream: string | null) => void) {
  const table = byId('streams', HTMLTableElement);
  const empty = byId('streams-empty', HTMLElement);
  const heads = columns.map(({ title, about }) => element('th', { scope: 'col', title: about }, title));
  const head = element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Stream'), ...heads));
  const body = element('tbody');
  table.replaceChildren(head, body);
  let selected: string | null = null;
  const rows = keyedList<Stream>(body, ({ streamId }) => streamId, row);

  function row({ streamId }: Stream) {
    const pick = () => choose(selected === streamId ? null : streamId);
    const name = element('button', { type: 'button', class: 'plain', onclick: pick }, streamId);
    const protocols = element('span', { class: 'about' });
    const cells = columns.map(({ text, more }) => {
      const [main, second] = [element('span'), element('span', { class: 'about' })];
      const update = (stream: Stream) => {
        setText(main, text(stream));
        setText(second, more?.(stream) ?? '');
      };
      return { root: element('td', {}, main, more ? second : null), update };
    });
    return {
      root: element('tr', {}, element('th', { scope: 'row' }, name, protocols), ...cells.map(({ root }) => root)),
      update(stream: Stream) {
        setAttribute(name, 'aria-pressed', String(selected === streamId));
        setText(protocols, stream.protocols.join(', '));
        for (const { update } of cells) update(stream);
      },
    };
  }

  return (all: readonly Stream[], stream: string | null): void => {
    selected = stream;
    table.hidden = all.length === 0;
    empty.hidden = all.length > 0;
    rows([...all].sort((a, b) => b.viewers - a.viewers || (a.streamId < b.streamId ? -1 : 1)));
  };
}
