// The page of bench:attach. `window.attachBench` attaches to a real hls.js, again and again or to one that plays, and times what of
// Playscope runs.
import type HlsPlayer from 'hls.js';
import type { AttachOptions, View } from 'playscope';

declare const Hls: typeof HlsPlayer;
declare const playscope: typeof import('playscope');

/** What ran, and for how long, in ms. */
export type Timed = { readonly what: string; readonly ms: number };
export type Call = { readonly attachMs: number; readonly detachMs: number };
export type AttachBench = typeof attachBench;

const options: AttachOptions = {
  endpoint: new URLSearchParams(location.search).get('sink') as string,
  streamId: 'main-stage',
};
const video = document.querySelector('video') as HTMLVideoElement;
// As in bench:playback.
const buffering = { maxBufferLength: 20, maxMaxBufferLength: 20 };
const times: Timed[] = [];
let playing: { hls: HlsPlayer; view: View } | undefined;

type Run = (...args: never[]) => unknown;

function timed<Wrapped extends Run>(what: string, run: Wrapped): Wrapped {
  return function (this: unknown, ...args: never[]) {
    const began = performance.now();
    const value = run.apply(this, args);
    times.push({ what, ms: performance.now() - began });
    return value;
  } as Wrapped;
}

function load(hls: HlsPlayer) {
  hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play().catch(() => {}));
  hls.loadSource('/vod/master.m3u8');
  hls.attachMedia(video);
}

const attachBench = {
  /** Whether the clock is fine enough. */
  isolated: () => crossOriginIsolated,
  /** Attaches to a player, lets it play, and detaches. */
  async once(playMs: number): Promise<Call> {
    const hls = new Hls(buffering);
    const began = performance.now();
    const view = playscope.attach(hls, options);
    const attachMs = performance.now() - began;
    load(hls);
    await new Promise((shown) => video.requestVideoFrameCallback(shown));
    await new Promise((played) => setTimeout(played, playMs));
    const leftAt = performance.now();
    const left = view.detach();
    const detachMs = performance.now() - leftAt;
    await left;
    hls.destroy();
    return { attachMs, detachMs };
  },
  /** Plays on, with every function that Playscope hands to the page timed. */
  play() {
    const hls = new Hls(buffering);
    const listeners = timeListeners(hls);
    timeElement(video);
    const loaders = timeLoaders(hls.config);
    timeIntervals();
    const view = playscope.attach(hls, options);
    listeners.rest();
    loaders.observe();
    playing = { hls, view };
    load(hls);
  },
  times: () => times,
  async end() {
    await playing?.view.detach();
    playing?.hls.destroy();
  },
};

/** Until `rest` is called, whoever subscribes is Playscope. */
function timeListeners(hls: HlsPlayer) {
  const on = hls.on;
  Object.assign(hls, {
    on: (event: never, listener: Run) => on.call(hls, event, timed('event of the player', listener) as never),
  });
  return { rest: () => void Object.assign(hls, { on }) };
}

function timeIntervals() {
  const original = window.setInterval;
  window.setInterval = ((run: Run, ms: number) => {
    // Behind the message and this function stands who asks.
    const asking = new Error().stack?.split('\n')[2] ?? '';
    return original(asking.includes('/playscope.js') ? timed('look each second', run) : run, ms);
  }) as never;
}

function timeElement(element: HTMLVideoElement) {
  const add = element.addEventListener;
  Object.assign(element, {
    addEventListener(this: HTMLVideoElement, name: string, listener: Run, how?: AddEventListenerOptions) {
      // The SDK's are those that end with a signal: hls.js uses none.
      return add.call(this, name, (how?.signal ? timed('event of the element', listener) : listener) as never, how);
    },
  });
}

type Callbacks = { onSuccess?: Run };
type Loader = { load(context: never, config: never, callbacks: Callbacks): void };
type LoaderClass = new (config: Record<string, Run | null>) => Loader;

/**
 * Puts a loader below Playscope's, which notes when an answer goes into it and times its setup hook, and one above, which notes when the
 * answer has come through.
 */
function timeLoaders(config: object) {
  const slots = config as { loader: LoaderClass };
  const Original = slots.loader;
  const answeredAt = new Map<unknown, number>();
  slots.loader = class extends Original {
    constructor(given: Record<string, Run | null>) {
      const { xhrSetup } = given;
      super(xhrSetup ? Object.assign(Object.create(given), { xhrSetup: timed('request begins', xhrSetup) }) : given);
    }
    override load(context: never, how: never, callbacks: Callbacks) {
      const onSuccess = callbacks.onSuccess as Run;
      const entered = (...args: never[]) => {
        answeredAt.set(context, performance.now());
        return onSuccess(...args);
      };
      super.load(context, how, { ...callbacks, onSuccess: entered });
    }
  };
  return {
    observe() {
      const Observed = slots.loader;
      slots.loader = class extends Observed {
        override load(context: never, how: never, callbacks: Callbacks) {
          const onSuccess = callbacks.onSuccess as Run;
          const through = (...args: never[]) => {
            const entered = answeredAt.get(context);
            answeredAt.delete(context);
            if (entered !== undefined) times.push({ what: 'request ends', ms: performance.now() - entered });
            return onSuccess(...args);
          };
          super.load(context, how, { ...callbacks, onSuccess: through });
        }
      };
    },
  };
}

Object.assign(window, { attachBench });
