import type { Joins } from '../api.ts';
import { byId, element, setText } from '../element.ts';
import { format } from '../format.ts';

export type Grade = keyof Joins['grades'];

/** What the four words mean, in the order in which they stand. */
export const gradeMeanings: Readonly<Record<Grade, string>> = {
  own: 'the origin answered this very request: one trace from the player to the origin',
  replayed: 'a cache gave an answer that the origin had given to an earlier request',
  collapsed: 'a cache asked the origin once for several viewers, in the name of another one',
  none: 'the origin told nothing: it is not instrumented, or the page may not read what it tells',
};

/** The share of each grade, those that occur; empty before the first fetch. */
export function joinShares({ fetches, grades }: Joins): { readonly grade: Grade; readonly share: number }[] {
  const known = (Object.keys(gradeMeanings) as Grade[]).filter((grade) => grades[grade] > 0);
  return known.map((grade) => ({ grade, share: grades[grade] / fetches }));
}

/** How the players' fetches are joined with the origin's side, in one quiet line. */
export function joins() {
  const line = byId('joins', HTMLElement);
  const rates = byId('join-rates', HTMLElement);
  const meanings = Object.entries(gradeMeanings).map(([grade, meaning]) => `${grade}: ${meaning}.`);
  return (now: Joins): void => {
    const shares = joinShares(now);
    line.hidden = shares.length === 0;
    line.title = [`Of the ${format('count', now.fetches)} newest fetches that were traced.`, ...meanings].join('\n');
    const words = shares.map(({ grade, share }) => `${format('ratio', share)} ${grade}`).join(' · ');
    if (rates.textContent !== words) rates.replaceChildren(...shares.flatMap(rate));
  };
}

function rate({ grade, share }: ReturnType<typeof joinShares>[number], i: number): (Node | string)[] {
  const figure = element('b');
  setText(figure, format('ratio', share));
  return [i === 0 ? '' : ' · ', figure, ` ${grade}`];
}
