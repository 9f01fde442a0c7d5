/** Five viewers in real browsers, on a live stream whose origin and publisher tell the stack as well. */

import { watch } from 'playscope/synthetic';
import type { Stage } from '../drill/stage.ts';
import type { Place } from './player.ts';
import { until } from './until.ts';

export type Browsers = {
  readonly places: readonly Place[];
  /** All go; resolves to their `session.id`s and to how often each of them stalled. */
  leave(): Promise<readonly { readonly sessionId: string; readonly stalls: number }[]>;
};

const region = 'eu';
const plays = [
  { protocol: 'hls', path: '/live/master.m3u8', viewers: 3 },
  { protocol: 'dash', path: '/live/manifest.mpd', viewers: 2 },
] as const;

/** @returns once all of them see the picture. */
export async function startBrowsers(stage: Stage, streamId: string, endpoint: string): Promise<Browsers> {
  const ending = new AbortController();
  const playing = plays.map(() => 0);
  const watches = plays.map(({ protocol, path, viewers }, i) =>
    watch(stage.originUrl + path, {
      ...{ protocol, viewers, streamId, endpoint, signal: ending.signal },
      // As the CDN in front of the proxy tells it.
      endpointHeaders: { 'cloudfront-viewer-country': region, 'x-forwarded-for': '198.18.6.1' },
      forSec: 3600,
      onProgress: (now) => {
        playing[i] = now.playing;
      },
    }),
  );
  const allPlay = async () => plays.every(({ viewers }, i) => playing[i] === viewers);
  const ended = watches.map(async (each) => {
    throw new Error(`A browser has gone: ${(await each).problem}`);
  });
  try {
    await Promise.race([until('five browsers play', 90_000, allPlay), ...ended]);
  } catch (error) {
    ending.abort();
    throw error;
  }

  return {
    places: plays.flatMap(({ protocol, viewers }) =>
      Array.from({ length: viewers }, () => ({ streamId, protocol, region })),
    ),
    async leave() {
      ending.abort();
      const reports = await Promise.all(watches);
      return reports.flatMap(({ viewers }) =>
        viewers.map(({ sessionId, figures }) => ({
          sessionId: sessionId ?? 'none',
          stalls: figures?.stalls.count ?? 0,
        })),
      );
    },
  };
}
