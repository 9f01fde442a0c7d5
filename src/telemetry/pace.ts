import type { Fact, Session } from '../core/session.ts';

/** Decides what a report carries: everything, or no more than that the viewer is there. */
export type Pace = {
  /** What an event made of the session. */
  seen(before: Session, after: Session): void;
  /**
   * Asked once for each report.
   *
   * @param waiting how many spans are to be sent.
   * @param checked whether a checkpoint is among them.
   */
  isWhole(waiting: number, checked: boolean): boolean;
};

// After something happened, what follows is of interest too.
const wholeAfterNews = 2;
// At the default period a checkpoint comes first; at a short one nobody wants to wait for that.
const mostReportsInOne = 8;
// About 60 KB of JSON, as much as may leave with the page.
const mostWaiting = 40;

/**
 * Of a viewing in which nothing happens, the report with its checkpoint is whole, once a minute; so are the first reports, and
 * those after anything happened. A tab that is killed loses what waits.
 */
export function pace(): Pace {
  let wholeToCome = wholeAfterNews;
  let waited = 0;
  return {
    seen(before, after) {
      if (after.state !== before.state || after.facts.some(isNews)) wholeToCome = wholeAfterNews;
    },
    isWhole(waiting, checked) {
      waited += 1;
      const isFull = checked || waiting >= mostWaiting || waited >= mostReportsInOne;
      if (wholeToCome === 0 && !isFull) return false;
      wholeToCome = Math.max(0, wholeToCome - 1);
      waited = 0;
      return true;
    },
  };
}

/** Whether a metric is in every report: alerts watch it, and look back over less than a minute. */
export function isPrompt(metric: string): boolean {
  return /^(webrtc|livestream\.viewer)\./.test(metric);
}

/** Fetches and renditions come and go while a viewing is well. */
function isNews(fact: Fact): boolean {
  return fact.kind === 'fetch' ? fact.outcome.result === 'failed' : fact.kind !== 'switch';
}
