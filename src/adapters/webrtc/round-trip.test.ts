import { expect, test } from 'vitest';
import type { RoundTrips } from './reading.ts';
import { roundTrips } from './round-trip.ts';

function told(...readings: (readonly [pair: string, trips: RoundTrips])[]) {
  const of = roundTrips();
  return readings.map(([id, trips]) => of({ pair: { id }, roundTrips: trips }));
}

test('the mean of the answers of the interval, finer than the current one', () => {
  const trips = (total: number, answers: number) =>
    ['a', { totalRoundTripTime: total, responsesReceived: answers, currentRoundTripTime: 0 }] as const;
  expect(told(trips(0.002, 1), trips(0.008, 3), trips(0.008, 3))).toEqual([0.002, 0.003, undefined]);
});

test('another pair counts from nothing', () => {
  const trips = { totalRoundTripTime: 0.5, responsesReceived: 10 };
  expect(told(['a', trips], ['b', { totalRoundTripTime: 0.02, responsesReceived: 2 }])).toEqual([0.05, 0.01]);
});

test('without a count the current one, once', () => {
  const trips = { currentRoundTripTime: 0.04 };
  expect(told(['a', trips], ['a', trips], ['a', { currentRoundTripTime: 0.05 }])).toEqual([0.04, undefined, 0.05]);
});

test('no pair, no round trip', () => {
  expect(roundTrips()({ roundTrips: {} })).toBeUndefined();
});
