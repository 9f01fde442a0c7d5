import { expect, test } from 'vitest';
import { publications } from './publications.ts';
import { fromTraceparent, objectOfSidecar, publishHeader, toSidecar, toTraceparent } from './publish-context.ts';

const path = '/live/v540/seg-4711.m4s';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const none = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

test('an origin that starts anew links by the sidecars beside the objects', () => {
  const sidecar = toSidecar(path, context);
  expect(sidecar).toEqual({ path: `${path}.traceparent`, text: `${traceparent}\n` });
  const restarted = publications();
  for (const file of [sidecar, { path, text: 'media' }]) {
    const object = objectOfSidecar(file?.path ?? '');
    if (object !== undefined) restarted.remember(object, file?.text);
  }
  expect(restarted.contextOf(path)).toEqual({ ...context, isRemote: true });
});

test('an origin of another process links by the header of the upload', () => {
  const headers = new Headers({ 'X-Publish-Traceparent': toTraceparent(context) ?? '' });
  const origin = publications();
  origin.remember(path, headers.get(publishHeader) ?? undefined);
  expect(origin.contextOf(path)).toEqual({ ...context, isRemote: true });
});

test('what is no context is not remembered, and nothing is written of it', () => {
  const registry = publications();
  registry.remember(path, context);
  const wrong = [
    '',
    'media',
    traceparent.slice(1),
    `00-${none.traceId}-${none.spanId}-01`,
    `${traceparent}-x`.repeat(9),
  ];
  for (const each of [...wrong, none, undefined]) registry.remember(path, each);
  expect(registry.contextOf(path)).toBe(context);
  for (const each of wrong) expect(fromTraceparent(each)).toBeUndefined();
  expect(toTraceparent(none)).toBeUndefined();
  expect(toSidecar(path, none)).toBeUndefined();
});

test('flags are kept', () => {
  expect(toTraceparent({ ...context, traceFlags: 0 })).toMatch(/-00$/);
  expect(fromTraceparent(`${traceparent.slice(0, -2)}00`)?.traceFlags).toBe(0);
});

test('the registry is bounded: who was remembered first is forgotten first', () => {
  const registry = publications(3);
  for (const each of ['a', 'b', 'c', 'a', 'd']) registry.remember(each, context);
  const known = ['a', 'b', 'c', 'd'].filter((each) => registry.contextOf(each));
  expect(known).toEqual(['a', 'c', 'd']);
  for (let i = 0; i < 100_000; i += 1) registry.remember(`/seg-${i}`, context);
  const kept = Array.from({ length: 100_000 }, (_, i) => i).filter((i) => registry.contextOf(`/seg-${i}`));
  expect(kept).toEqual([99_997, 99_998, 99_999]);
});
