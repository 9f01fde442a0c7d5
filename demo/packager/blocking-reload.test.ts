import { expect, test } from 'vitest';
import { positionOf, readBlocking } from './blocking-reload.ts';

// Segment 100 has two of its four parts.
const newest = positionOf(100, 1, 4);

test.each([
  ['', undefined],
  ['playscope=1', undefined],
  ['_HLS_msn=100&_HLS_part=2', positionOf(100, 2, 4)],
  ['_HLS_msn=100', positionOf(100, 3, 4)],
  ['_HLS_msn=100&_HLS_part=4', positionOf(101, 0, 4)],
  ['_HLS_msn=100&_HLS_part=9', positionOf(101, 0, 4)],
  ['_HLS_msn=102&_HLS_part=0', positionOf(102, 0, 4)],
  ['_HLS_msn=103&_HLS_part=0', 'bad request'],
  ['_HLS_part=1', 'bad request'],
  ['_HLS_msn=soon', 'bad request'],
  ['_HLS_msn=100&_HLS_part=-1', 'bad request'],
])('%s waits for %s', (query, position) => expect(readBlocking(query, newest, 4)).toBe(position));
