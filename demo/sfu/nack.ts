import type { GenericNack } from 'werift';

/**
 * Leaves in a NACK the sequence numbers that it asks for. werift reads on into the RTCP packets behind it, such as REMB, and
 * would send again what nobody misses; and it does not wrap at 65536.
 */
export function trimNack(nack: GenericNack): void {
  // The length counts words after the first: two SSRCs, then one for each packet with a mask of the 16 behind it.
  let wordsLeft = nack.header.length - 2;
  let first = Number.NEGATIVE_INFINITY;
  let previous = first;
  const asked: number[] = [];
  for (const sequenceNumber of nack.lost) {
    if (sequenceNumber <= previous || sequenceNumber > first + 16) {
      if (wordsLeft-- === 0) break;
      first = sequenceNumber;
    }
    previous = sequenceNumber;
    asked.push(sequenceNumber & 0xffff);
  }
  nack.lost = asked;
}
