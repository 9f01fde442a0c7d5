import { expect, test } from 'vitest';
import type { Stream } from '../api.ts';
import { causesOf } from './causes.ts';

const stream = (stallsByCause: Stream['stallsByCause'], errors: Stream['errors']) =>
  ({ stallsByCause, errors }) as Stream;

test('causes of all streams add up, the most frequent first, and what did not happen is left out', () => {
  const streams = [
    stream({ network: 3, decode: 0 }, [{ type: 'http_404', fatal: false, protocol: 'hls', count: 4 }]),
    stream({ network: 2 }, [{ type: 'http_404', fatal: true, protocol: 'hls', count: 1 }]),
  ];
  expect(causesOf(streams)).toEqual([
    { kind: 'stall', label: 'network', count: 5 },
    { kind: 'error', label: 'http_404 (hls)', count: 4 },
    { kind: 'fatal', label: 'http_404 (hls)', count: 1 },
  ]);
});
