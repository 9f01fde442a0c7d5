import { expect, test } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

test('a route comes back from its own address', () => {
  const routes = [
    { stream: null, minutes: 15, trace: null },
    { stream: 'a/b ?&=ü', minutes: 60, trace: null },
    { stream: 'demo', minutes: 5, trace: '4bf92f3577b34da6a3ce929d0e0e4736' },
  ] as const;
  for (const route of routes) expect(parseRoute(formatRoute(route))).toEqual(route);
});

test('the usual view has the shortest address', () => {
  expect(formatRoute({ stream: null, minutes: 15, trace: null })).toBe('#/');
  expect(formatRoute({ stream: null, minutes: 15, trace: 'ab12' })).toBe('#/trace/ab12');
});

test.each(['', '#', '#nonsense', '#/trace/', '#/trace/<script>', '#/?minutes=7'])('%j is the usual view', (hash) => {
  expect(parseRoute(hash)).toEqual({ stream: null, minutes: 15, trace: null });
});
