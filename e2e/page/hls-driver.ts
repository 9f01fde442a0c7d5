import type Hls from 'hls.js';
import type { Driver, Settings } from './driver.ts';

/** hls.js 1.5 to 1.7, as it stands on the window; `own` are settings in its own words. */
export function hlsDriver(settings: Settings, own: Partial<Hls['config']> = {}): Driver {
  const player = new window.Hls({ ...configOf(settings), ...own });
  const hooks = () => {
    const { loader, fLoader, pLoader, xhrSetup, fetchSetup } = player.config;
    return { loader, fLoader, pLoader, xhrSetup, fetchSetup };
  };
  const begin = () => {
    if (settings.autoplay) player.media?.play().catch(() => {});
  };
  const asMade = Object.entries(hooks());
  return {
    name: 'hls',
    asksBy: 'element',
    version: window.Hls.version,
    player,
    load(source) {
      player.loadSource(source);
      begin();
    },
    attachMedia(video) {
      player.attachMedia(video);
      begin();
    },
    detachMedia: () => player.detachMedia(),
    // It has sorted them.
    renditions: () => player.levels.map(({ bitrate, height }) => ({ bitrate, height })),
    show(index) {
      player.nextLevel = index;
    },
    capturedAt(positionSec) {
      const fragments = player.levels[player.currentLevel]?.details?.fragments ?? [];
      const shown = fragments.filter(({ start, programDateTime }) => start <= positionSec && programDateTime).at(-1);
      return (shown?.programDateTime ?? Number.NaN) + (positionSec - (shown?.start ?? 0)) * 1000;
    },
    leftovers() {
      const now: Record<string, unknown> = hooks();
      return asMade.flatMap(([name, made]) => (now[name] === made ? [] : [name]));
    },
    destroy: () => player.destroy(),
  };
}

function configOf({ bufferSec, segmentsBehindLive, startsLowest, modest, retries }: Settings): Partial<Hls['config']> {
  const policy = (attempts: number) => ({
    default: {
      maxTimeToFirstByteMs: 10_000,
      maxLoadTimeMs: 20_000,
      timeoutRetry: null,
      errorRetry: {
        maxNumRetry: attempts,
        retryDelayMs: retries?.delayMs ?? 0,
        maxRetryDelayMs: retries?.delayMs ?? 0,
      },
    },
  });
  return {
    ...(bufferSec !== undefined && { maxBufferLength: bufferSec }),
    ...(segmentsBehindLive !== undefined && { liveSyncDurationCount: segmentsBehindLive }),
    ...(modest && { enableWorker: false }),
    ...(startsLowest && { startLevel: 0 }),
    ...(retries?.manifest !== undefined && { manifestLoadPolicy: policy(retries.manifest) }),
    ...(retries?.segment !== undefined && { fragLoadPolicy: policy(retries.segment) }),
  };
}
