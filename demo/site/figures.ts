import type { Snapshot } from 'playscope';
import { rowsOf, stateOf } from './rows.ts';

// Often enough for a picture that moves, and no load.
const refreshMs = 250;

/**
 * Fills `panel` (default `[data-figures]`) with the figures of a view, for as long as the page is open; with all of them, or
 * with those that are named.
 */
export function showFigures(
  view: { snapshot(): Snapshot },
  panel = document.querySelector<HTMLElement>('[data-figures]'),
  only?: readonly string[],
): void {
  const state = panel?.querySelector<HTMLElement>('[data-state]');
  const list = panel?.querySelector('dl');
  if (!state || !list) return;
  const cells = new Map<string, HTMLElement>();
  const show = () => {
    const snapshot = view.snapshot();
    const now = stateOf(snapshot);
    write(state, now.words);
    state.dataset.state = now.state;
    const shown = rowsOf(snapshot).filter(([name]) => only?.includes(name) ?? true);
    // A connection shows only with time whether it watches or broadcasts.
    if ([...cells.keys()].some((name) => !shown.some((row) => row[0] === name))) {
      cells.clear();
      list.replaceChildren();
    }
    for (const [name, text] of shown) write(cells.get(name) ?? addRow(list, cells, name), text);
  };
  show();
  setInterval(show, refreshMs);
}

function addRow(list: Element, cells: Map<string, HTMLElement>, name: string): HTMLElement {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const cell = document.createElement('dd');
  term.textContent = name;
  row.append(term, cell);
  list.append(row);
  cells.set(name, cell);
  return cell;
}

function write(element: HTMLElement, text: string): void {
  // A screen reader would read out a text that is written again unchanged.
  if (element.textContent !== text) element.textContent = text;
}
