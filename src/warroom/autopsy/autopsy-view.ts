import type { Trace } from '../api.ts';
import { byId, element, setAttribute, setText } from '../element.ts';
import type { Section, Sheet } from '../traces/sheet.ts';
import { waterfallBetween } from '../traces/waterfall.ts';
import type { Plan } from './chapters.ts';
import { planOf, tracesOf } from './chapters.ts';
import { clockNote, offsetOf } from './clocks.ts';
import type { Evidence } from './evidence.ts';
import { endOf } from './spans.ts';
import { verdictOf } from './verdict.ts';

/** What stands above the waterfall of a stall: why, the figures, and whose clocks the axis has. */
export function autopsyView() {
  const panel = byId('autopsy', HTMLElement);
  const sentence = byId('autopsy-sentence', HTMLElement);
  const figures = byId('autopsy-figures', HTMLElement);
  const clocks = byId('autopsy-clocks', HTMLElement);
  const align = byId('autopsy-align', HTMLInputElement);
  let again = () => {};

  align.addEventListener('change', () => again());

  return {
    hide(): void {
      panel.hidden = true;
      align.checked = false;
    },
    /** @param redraw gets the sheet anew when the person has switched the clocks. */
    show(evidence: Evidence, trace: Trace, redraw: (sheet: Sheet) => void): Sheet {
      const { sentence: why, figures: all, culprit, step } = verdictOf(evidence);
      const offset = offsetOf([evidence.fetch, ...evidence.playlists]);
      const sheet = () => {
        const plan = planOf(evidence, align.checked);
        const isAlone = plan.chapters.every(({ spans }) =>
          spans.every(({ service }) => service === evidence.stall.service),
        );
        setText(clocks, isAlone ? '' : clockNote(offset, align.checked));
        return sheetOf(plan, evidence, trace);
      };
      setText(sentence, `${why}.`);
      figures.replaceChildren(
        ...all.map(({ label, text, slow }) => element('li', { 'data-slow': slow }, label, element('b', {}, text))),
      );
      // For tests and for style: the words above are for people.
      setAttribute(panel, 'data-culprit', culprit);
      setAttribute(panel, 'data-step', step ?? null);
      panel.hidden = false;
      (align.parentElement as HTMLElement).hidden = offset === undefined;
      again = () => redraw(sheet());
      return sheet();
    },
  };
}

function sheetOf(plan: Plan, evidence: Evidence, trace: Trace): Sheet {
  const { stall } = evidence;
  const { chapters, from, to, notes } = plan;
  const waterfall = waterfallBetween(
    { from, to, zeroAt: stall.startedAt },
    chapters.map(({ spans }) => spans),
  );
  const traces = tracesOf(plan, evidence);
  const told = new Set(traces.map(({ traceId }) => traceId));
  const sections = chapters.map(({ heading, traceId, spans }, i): Section => {
    const name = spans[0]?.name ?? '';
    return {
      heading:
        heading === null ? null : { words: heading, trace: traceId === undefined ? null : { id: traceId, name } },
      rows: waterfall.groups[i] ?? [],
      linked: heading === null ? trace.linked.filter((link) => !told.has(link.traceId)) : [],
    };
  });
  const share = (at: number) => (at - waterfall.from) / (waterfall.to - waterfall.from);
  const left = share(stall.startedAt);
  const stood = { left, width: share(endOf(stall)) - left };
  return { traces, plan: waterfall, sections, notes, stood };
}
