import { expect, test } from 'vitest';
import type { Linked, Trace } from '../api.ts';
import { relationOf, story } from './story.ts';

const link = (direction: 'to' | 'from', traceId: string, name: string, ofSpanId = 'own'): Linked => ({
  direction,
  traceId,
  spanId: `${traceId}-span`,
  name,
  startedAt: 0,
  durationMs: 1,
  ofSpanId,
});
const traces: Record<string, Linked[]> = {
  stall: [link('to', 'fetch', 'livestream.segment.fetch'), link('to', 'gone', 'livestream.segment.fetch')],
  fetch: [
    link('from', 'stall', 'livestream.player.stall'),
    link('to', 'publish', 'livestream.segment.publish'),
    link('from', 'other', 'livestream.player.stall'),
  ],
  publish: [link('from', 'fetch', 'livestream.origin.request')],
};
const load = async (traceId: string): Promise<Trace> => {
  const linked = traces[traceId];
  if (!linked) throw new Error('gone');
  const span = { name: `livestream.player.${traceId}`, spanId: 'own' } as Trace['spans'][number];
  return { traceId, spans: [span], linked };
};

test('the story of a stall goes back to the publish step, once through each trace, past those that are gone', async () => {
  const chapters = await story('stall', load);
  expect(chapters.map(({ trace: { traceId }, relation }) => [traceId, relation])).toEqual([
    ['stall', null],
    ['fetch', 'waited for this fetch'],
    ['publish', 'made by'],
  ]);
});

test('a story has an end, however many links a trace has', async () => {
  const many = Array.from({ length: 500 }, (_, i) => link('from', `request-${i}`, 'livestream.origin.request'));
  const asked: string[] = [];
  const chapters = await story('busy', async (traceId) => {
    asked.push(traceId);
    return { traceId, spans: [], linked: traceId === 'busy' ? many : [] };
  });
  expect(chapters.length).toBeLessThanOrEqual(6);
  expect(asked.length).toBeLessThanOrEqual(6);
});

test('a trace that cannot be had is an error', async () => {
  await expect(story('nowhere', load)).rejects.toThrow('gone');
});

test('the same link reads differently from its two ends', () => {
  expect(relationOf({ direction: 'to', name: 'livestream.segment.fetch' }, 'livestream.player.stall')).toBe(
    'waited for this fetch',
  );
  expect(relationOf({ direction: 'from', name: 'livestream.player.stall' }, 'livestream.segment.fetch')).toBe(
    'a stall waited for it',
  );
  expect(relationOf({ direction: 'to', name: 'livestream.segment.publish' }, 'livestream.origin.request')).toBe(
    'made by',
  );
  expect(relationOf({ direction: 'from', name: 'livestream.origin.request' }, 'livestream.segment.publish')).toBe(
    'made this object for',
  );
});
