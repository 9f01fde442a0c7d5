export type Protocol = 'hls' | 'dash';

/** What stories know of a protocol. How its player is driven stands in page/hls-driver.ts and page/dash-driver.ts. */
export type ProtocolFacts = {
  readonly name: Protocol;
  /** As the snapshot names it. */
  readonly player: string;
  /** The demo's live stream. */
  readonly manifest: string;
  /** Beside it, and not there. */
  readonly missing: string;
  /** Part of the path of everything that is asked for again while the stream is live. */
  readonly refreshed: string;
  /** What the player asks for past its own loaders, where nobody can look on. */
  readonly unwatched: readonly string[];
};

export const protocols: Readonly<Record<Protocol, ProtocolFacts>> = {
  hls: {
    name: 'hls',
    player: 'hls.js',
    manifest: '/live/master.m3u8',
    missing: '/live/nowhere.m3u8',
    refreshed: '.m3u8',
    unwatched: [],
  },
  dash: {
    name: 'dash',
    player: 'dash.js',
    manifest: '/live/manifest.mpd',
    missing: '/live/nowhere.mpd',
    refreshed: '.mpd',
    unwatched: ['/time'],
  },
};
