import type { MediaPlayerClass, MediaPlayerSettingClass } from 'dashjs';
import type { Driver, Rendition, Settings } from './driver.ts';

/** What dash.js 4 calls otherwise. */
type Dash4 = {
  getBitrateInfoListFor(type: 'video' | 'audio'): readonly { readonly bitrate: number; readonly height: number }[];
  setQualityFor(type: 'video', index: number): void;
};

/** dash.js 5 and 4, as it stands on the window; `own` are settings in its own words. */
export function dashDriver(settings: Settings, own: MediaPlayerSettingClass = {}): Driver {
  const player = window.dashjs.MediaPlayer().create();
  const is4 = !('addRequestInterceptor' in player);
  for (const wishes of [settingsOf(settings, is4), own]) player.updateSettings(wishes);
  const asMade = Object.entries(player);
  const interceptors = is4 ? new Set() : countInterceptors(player);
  let begun = false;

  function begin() {
    // It misses what happens on the element before its MPD is there, and would not renew it: it has to play by itself.
    if (!begun) player.initialize(undefined, undefined, settings.autoplay ?? false);
    begun = true;
  }

  /** Both versions list them ascending. */
  function listed(type: 'video' | 'audio'): readonly Rendition[] {
    try {
      if (is4) return (player as unknown as Dash4).getBitrateInfoListFor(type);
      return player.getRepresentationsByType(type).map(({ bandwidth, height }) => ({ bitrate: bandwidth, height }));
    } catch {
      // It throws where others have none yet.
      return [];
    }
  }

  return {
    name: 'dash',
    asksBy: 'player',
    version: player.getVersion(),
    player,
    load(source) {
      begin();
      player.attachSource(source);
    },
    attachMedia(video) {
      begin();
      player.attachView(video);
      // Its autoplay is over once an element was taken away.
      if (settings.autoplay && player.isReady()) player.play();
    },
    // Its types have no word for letting go of an element, the player has.
    detachMedia: () => player.attachView(null as unknown as HTMLVideoElement),
    renditions() {
      const sound = listed('audio').at(-1)?.bitrate ?? 0;
      return listed('video').map(({ bitrate, height }) => ({ bitrate: bitrate + sound, height }));
    },
    show(index) {
      player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
      if (is4) (player as unknown as Dash4).setQualityFor('video', index);
      else player.setRepresentationForTypeByIndex('video', index);
    },
    // The demo's timeline begins at the Unix epoch.
    capturedAt: (positionSec) => positionSec * 1000,
    leftovers() {
      const now = player as unknown as Record<string, unknown>;
      const changed = asMade.flatMap(([name, made]) => (now[name] === made || /Interceptor$/.test(name) ? [] : [name]));
      return [...changed, ...[...interceptors].map(String)];
    },
    destroy: () => player.destroy(),
  };
}

/** dash.js tells nobody which interceptors it has: those that are added and not removed. */
function countInterceptors(player: MediaPlayerClass): Set<unknown> {
  const present = new Set<unknown>();
  for (const kind of ['Request', 'Response'] as const) {
    const { [`add${kind}Interceptor` as const]: add, [`remove${kind}Interceptor` as const]: remove } = player;
    Object.assign(player, {
      [`add${kind}Interceptor`](interceptor: Parameters<typeof add>[0]) {
        present.add(interceptor);
        add.call(player, interceptor as never);
      },
      [`remove${kind}Interceptor`](interceptor: Parameters<typeof remove>[0]) {
        present.delete(interceptor);
        remove.call(player, interceptor as never);
      },
    });
  }
  return present;
}

function settingsOf(
  { bufferSec, segmentsBehindLive, startsLowest, modest, retries }: Settings,
  is4: boolean,
): MediaPlayerSettingClass {
  const usual = is4 ? 'stableBufferTime' : 'bufferTimeDefault';
  const attempts = { MPD: retries?.manifest, MediaSegment: retries?.segment };
  return {
    streaming: {
      ...(bufferSec !== undefined && {
        buffer: {
          [usual]: bufferSec,
          bufferTimeAtTopQuality: bufferSec,
          bufferTimeAtTopQualityLongForm: bufferSec,
        },
      }),
      ...(segmentsBehindLive !== undefined && {
        delay: { liveDelayFragmentCount: segmentsBehindLive, useSuggestedPresentationDelay: false },
      }),
      abr: {
        // Less than the lowest has, in kbit/s.
        ...(startsLowest && { initialBitrate: { video: 1 } }),
        ...(modest && { throughput: { useResourceTimingApi: false, ewma: {}, sampleSettings: {} } }),
      },
      ...(retries && {
        retryAttempts: Object.fromEntries(Object.entries(attempts).filter(([, count]) => count !== undefined)),
        retryIntervals: { MPD: retries.delayMs, MediaSegment: retries.delayMs },
      }),
    },
  };
}
