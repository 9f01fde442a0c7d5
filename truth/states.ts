import type { Snapshot } from 'playscope';

const counted: readonly Snapshot['state'][] = ['starting', 'playing', 'seeking', 'rebuffering', 'paused'];

/**
 * Holds the time in states of each snapshot against the page's clock since the one before. `tell` gets both in ms; a snapshot
 * is taken between two looks at the clock, and any instant in between is right.
 */
export function statesCheck(tell: (expectedMs: number, receivedMs: number) => void) {
  let before: { readonly snapshot: Snapshot; readonly from: number; readonly to: number } | undefined;
  return (snapshot: Snapshot, from: number, to: number): void => {
    const last = before;
    before = { snapshot, from, to };
    // Another viewing begins at 0, and what comes before a play and after the end has no account of its own.
    const comparable =
      last &&
      last.snapshot.elapsedSec <= snapshot.elapsedSec &&
      [last.snapshot, snapshot].every(({ state }) => counted.includes(state));
    if (!comparable) return;
    const received = (total(snapshot) - total(last.snapshot)) * 1000;
    const [least, most] = [from - last.to, to - last.from];
    tell(Math.min(Math.max(received, least), most), received);
  };
}

function total({ times }: Snapshot): number {
  return Object.values(times).reduce((sum, seconds) => sum + seconds, 0);
}
