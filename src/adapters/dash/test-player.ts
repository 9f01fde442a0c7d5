import { vi } from 'vitest';
import { testWatch } from '../contract.ts';
import type { Dash } from '../dash.ts';
import { dash } from '../dash.ts';
import { TestVideo } from '../test-video.ts';

export const source = 'https://cdn.example/live/a.mpd';
export const low = { id: 'low', bandwidth: 800_000, width: 640, height: 360, codecs: 'avc1.4D401F' };
export const high = { id: 'high', bandwidth: 3_000_000, width: 1280, height: 720, codecs: 'avc1.4D401F' };
export const sound = { id: 'sound', bandwidth: 128_000, codecs: 'mp4a.40.2' };
export const better = { id: 'better', bandwidth: 192_000, codecs: 'mp4a.40.2' };
export const SegmentTemplate = { startNumber: 11, SegmentTimeline: { S: [{ t: 20, d: 2, r: 9 }] } };
export const mpd = {
  type: 'dynamic',
  Period: [{ AdaptationSet: [{ contentType: 'video', Representation: [{ id: 'low', SegmentTemplate }] }] }],
};

type Listener = (data: object) => void;

/** dash.js as far as it is read, with an element that can be told what to do. */
export function testPlayer() {
  const video = new TestVideo();
  const listeners = new Set<readonly [string, Listener]>();
  const hooks = { request: new Set(), response: new Set(), licence: new Set() };
  const now = {
    source: undefined as string | object | undefined,
    view: video.element as HTMLVideoElement | undefined,
    representations: {} as Record<string, object | null>,
    latencySec: Number.NaN,
    window: undefined as { start: number; end: number } | undefined,
    autoplay: false,
    lowLatency: false,
    synthetic: false,
  };
  const given = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('not yet');
    return value;
  };
  const trigger = (event: string, data: object = {}) => {
    for (const [name, listener] of [...listeners]) if (name === event) listener(data);
  };
  const player = {
    on: (event: string, listener: Listener) => void listeners.add([event, listener]),
    off(event: string, listener: Listener) {
      for (const known of listeners) if (known[0] === event && known[1] === listener) listeners.delete(known);
    },
    destroy() {
      teardown();
      return 'destroyed';
    },
    addRequestInterceptor: (hook: unknown) => hooks.request.add(hook),
    removeRequestInterceptor: (hook: unknown) => hooks.request.delete(hook),
    addResponseInterceptor: (hook: unknown) => hooks.response.add(hook),
    removeResponseInterceptor: (hook: unknown) => hooks.response.delete(hook),
    registerLicenseRequestFilter: (hook: unknown) => hooks.licence.add(hook),
    unregisterLicenseRequestFilter: (hook: unknown) => hooks.licence.delete(hook),
    getAutoPlay: () => now.autoplay,
    getVideoElement: () => given(now.view),
    getSource: () => given(now.source),
    getCurrentRepresentationForType: (type: string) => now.representations[type] ?? null,
    getCurrentLiveLatency: () => now.latencySec,
    getTargetLiveDelay: () => 6,
    getLowLatencyModeEnabled: () => now.lowLatency,
    getSettings: () => ({ streaming: { buffer: { syntheticStallEvents: { enabled: now.synthetic } } } }),
    getDashMetrics: () => ({ getCurrentDVRInfo: () => now.window && { range: now.window } }),
  };
  const hookCount = () => hooks.request.size + hooks.response.size + hooks.licence.size;

  function teardown() {
    now.source = undefined;
    trigger('streamTeardownComplete');
  }
  function refresh(data: object | null = mpd) {
    trigger('manifestLoadingStarted', { request: {} });
    trigger('manifestLoaded', { data });
  }
  return {
    video,
    player,
    watched: player as unknown as Dash,
    now,
    trigger,
    teardown,
    refresh,
    hooks,
    listeners: () => listeners.size + hookCount() + video.listeners(),
    load(url: string | object = source, data: object | null = mpd) {
      if (now.source) teardown();
      now.source = url;
      refresh(data);
    },
    show(mediaType: string, newRepresentation?: object) {
      if (newRepresentation) now.representations[mediaType] = newRepresentation;
      trigger('qualityChangeRendered', { mediaType, newRepresentation });
    },
    error: (code: number, data?: object) => trigger('error', { error: { code, message: 'said', data } }),
  };
}

/** One that has played its first 3.4 s, watched. */
export function playing() {
  const all = testPlayer();
  const told = testWatch();
  dash.watch(all.watched, told.watch);
  all.load();
  all.video.currentSrc = 'blob:x';
  all.show('video', low);
  all.show('audio', sound);
  all.video.start();
  all.video.run(3000);
  return { ...all, ...told };
}

export type Stage = ReturnType<typeof playing>;

/** So that an element plays as the test says. */
export function useFakeTimers() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.stubGlobal('document', { baseURI: 'https://site.example/' });
}
