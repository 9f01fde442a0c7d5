import type { Reading } from './reading.ts';

/**
 * The round trip of an interval, seconds: the mean of the answers that came in it, as Firefox rounds the current one to whole
 * milliseconds. Where answers are not counted, the current one. The same answer is never told twice.
 */
export function roundTrips(): (reading: Pick<Reading, 'pair' | 'roundTrips'>) => number | undefined {
  let before: Pick<Reading, 'pair' | 'roundTrips'> | undefined;
  return (reading) => {
    const was = before?.pair?.id === reading.pair?.id ? before?.roundTrips : undefined;
    before = reading;
    const { totalRoundTripTime: total, responsesReceived: answers, currentRoundTripTime: current } = reading.roundTrips;
    if (total === undefined || answers === undefined)
      return current === was?.currentRoundTripTime ? undefined : current;
    const more = answers - (was?.responsesReceived ?? 0);
    return more > 0 ? Math.max(0, total - (was?.totalRoundTripTime ?? 0)) / more : undefined;
  };
}
