// The attempts of the real dash.js 4, as its metrics tell them. It reads an MPD only with a DOM, so here it is given one that is
// parsed; what it loads of it goes over XMLHttpRequest, a stand-in.
import type { MediaPlayerClass, MediaPlayerSettingClass } from 'dash4';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome, Request } from '../../core/events.ts';
import { testWatch } from '../contract.ts';
import { dash } from '../dash.ts';
import { watchHttpList } from './http-list.ts';
import { base, isNamed, parsedMpd, player4, serve, source, stubWindow, until } from './test-dash.ts';

type Attempt = { readonly request: Request; readonly outcome?: Outcome };

const players: MediaPlayerClass[] = [];
beforeEach(stubWindow);
afterEach(() => {
  for (const player of players.splice(0)) player.destroy();
  vi.unstubAllGlobals();
});

function make(streaming: MediaPlayerSettingClass['streaming'] = {}) {
  const player = player4();
  player.updateSettings({ streaming });
  player.initialize();
  players.push(player);
  return player;
}

function watched(player: MediaPlayerClass) {
  const told = testWatch({ traceparent: 'ours' });
  dash.watch(player, told.watch);
  const of = (name: string): Attempt[] => told.of('request').filter(({ request }) => isNamed(request.url, name));
  return {
    ...told,
    sent: (name = '') => of(name).flatMap(({ request, outcome }) => (outcome ? [] : [request])),
    outcomes: (name = '') => of(name).flatMap(({ outcome }) => (outcome ? [outcome] : [])),
  };
}

function load(player: MediaPlayerClass, from: string | object = parsedMpd()) {
  player.attachSource(from as string);
  player.preload();
}

test('each thing that it loads, told when sent and when ended', async () => {
  serve({ '2.m4s': [{ body: 'longer' }] });
  const player = make();
  const { sent, outcomes, faults, of } = watched(player);
  load(player);
  await until(() => expect(outcomes()).toHaveLength(3));
  expect(sent()).toMatchObject([
    { url: `${base}init.mp4`, objectType: 'init', retry: 0 },
    { url: `${base}1.m4s`, objectType: 'video', sequence: 1, durationSec: 2 },
    { url: `${base}2.m4s`, objectType: 'video', sequence: 2, durationSec: 2 },
  ]);
  expect(outcomes('2.m4s')).toMatchObject([{ result: 'ok', status: 200, bytes: 6, finalUrl: `${base}2.m4s` }]);
  const instants = of('request').map(({ at }) => at);
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
  expect(faults).toEqual([]);
});

test('the MPD, while it is under way', async () => {
  const { named } = serve({ 'a.mpd': [{ end: 'hang' }] });
  const player = make();
  const { sent, outcomes } = watched(player);
  load(player, source);
  await until(() => expect(named('a.mpd')).toHaveLength(1));
  expect(sent()).toMatchObject([{ objectType: 'manifest', url: source }]);
  expect(outcomes()).toEqual([]);
});

test('a redirect is no attempt of its own', async () => {
  const finalUrl = 'https://edge.example/1.m4s';
  serve({ '1.m4s': [{ finalUrl }] });
  const player = make();
  const { sent, outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
  expect(outcomes('1.m4s')).toMatchObject([{ result: 'ok', finalUrl }]);
  expect(sent('1.m4s')).toHaveLength(1);
});

test.each([
  ['an HTTP status', { status: 404 }, { status: 404, errorType: 'http_404' }],
  ['no answer', { end: 'refused' }, { status: undefined, errorType: 'connection_failed' }],
] as const)('a failure by %s', async (_, answer, outcome) => {
  serve({ '1.m4s': [answer] });
  const player = make({ retryAttempts: { MediaSegment: 0 } });
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('1.m4s')).toMatchObject([{ result: 'failed', bytes: 0, ...outcome }]));
});

test('each retry is an attempt, with times of its own', async () => {
  serve({ '1.m4s': [{ status: 503 }, { end: 'hang' }, {}] });
  const player = make({ retryIntervals: { MediaSegment: 30 }, fragmentRequestProgressTimeout: 60 });
  const { sent, outcomes, of } = watched(player);
  load(player);
  await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
  expect(outcomes('1.m4s').map(({ result }) => result)).toEqual(['failed', 'failed', 'ok']);
  expect(sent('1.m4s').map(({ retry }) => retry)).toEqual([0, 1, 2]);
  expect(sent('1.m4s')).toMatchObject(Array(3).fill({ objectType: 'video', durationSec: 2 }));
  expect(outcomes('1.m4s')[1]?.durationMs).toBeGreaterThan(50);
  const instants = of('request').flatMap(({ at, request }) => (isNamed(request.url, '1.m4s') ? [at] : []));
  const [, failedAt = Number.NaN, retriedAt = Number.NaN] = instants;
  expect(retriedAt - failedAt).toBeGreaterThan(20);
});

test('each retry under CMCD is one too, and each attempt is told once', async () => {
  const { named } = serve({ '1.m4s': [{ status: 503 }, {}] });
  const player = make({ cmcd: { enabled: true, mode: 'query' } });
  const { sent, outcomes } = watched(player);
  load(player);
  await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
  expect(named('1.m4s')[0]?.url).toContain('CMCD=');
  expect(sent('m4s').map(({ retry }) => retry)).toEqual([0, 1, 0]);
  expect(outcomes('m4s')).toHaveLength(3);
});

test.each([
  ['another source', (player: MediaPlayerClass) => player.attachSource(`${base}b.mpd`)],
  ['reset', (player: MediaPlayerClass) => player.reset()],
  ['destroy', (player: MediaPlayerClass) => players.splice(0) && player.destroy()],
])('an attempt under way at %s is aborted, which is no failure', async (_, leave) => {
  const { named } = serve({ '1.m4s': [{ end: 'hang' }] });
  const player = make();
  const { outcomes } = watched(player);
  load(player);
  await until(() => expect(named('1.m4s')).toHaveLength(1));
  await new Promise(setImmediate);
  leave(player);
  await until(() => expect(outcomes('1.m4s')).toMatchObject([{ result: 'aborted', bytes: 4 }]));
  expect(outcomes('1.m4s')[0]?.errorType).toBeUndefined();
});

describe('metrics alone', () => {
  /** As the player tells them, without it. */
  function emitter() {
    const listeners: [string, (data: object) => void][] = [];
    const on = (event: string, listener: (data: object) => void) => void listeners.push([event, listener]);
    const told = testWatch();
    watchHttpList({ on, off() {} }, () => ({ objectType: 'video' }), told.watch);
    const trigger = (event: string, data: object) => {
      for (const [name, listener] of listeners) if (name === event) listener(data);
    };
    const value = { url: `${base}0.m4s`, trequest: new Date(), _tfinish: new Date(), responsecode: 200, trace: [] };
    return { ...told, trigger, value };
  }

  test('of other kinds are no attempts', () => {
    const { trigger, value, events } = emitter();
    trigger('metricAdded', { metric: 'BufferLevel', value });
    expect(events).toEqual([]);
  });

  test('for which too many never came are not waited for', () => {
    const { trigger, value, of } = emitter();
    for (let segment = 0; segment <= 64; segment++)
      trigger('fragmentLoadingStarted', { request: { url: `${base}${segment}.m4s` } });
    trigger('metricAdded', { metric: 'HttpList', value });
    trigger('metricAdded', { metric: 'HttpList', value: { ...value, url: `${base}64.m4s` } });
    const ended = of('request').filter(({ outcome }) => outcome);
    const [first, last] = [of('request')[0], of('request')[64]].map((sent) => sent?.request.id);
    expect(ended.map(({ request }) => request.id)).toEqual([expect.any(Number), last]);
    expect(ended[0]?.request.id).not.toBe(first);
  });
});

describe('what is not changed', () => {
  test('no header is sent', async () => {
    const { sent } = serve();
    const player = make();
    const { outcomes } = watched(player);
    load(player);
    await until(() => expect(outcomes('2.m4s')).toHaveLength(1));
    for (const { headers } of sent) expect(headers).toEqual([]);
  });

  test('an attempt under way when we go tells nothing more', async () => {
    const { named } = serve();
    const player = make();
    const { detach, events } = watched(player);
    load(player);
    await until(() => expect(named('1.m4s')).toHaveLength(1));
    detach();
    const before = events.length;
    await until(() => expect(named('2.m4s')).toHaveLength(1));
    expect(events).toHaveLength(before);
  });
});
