export type Protocol = 'hls' | 'dash';

/** What stories know of a protocol. How its player is driven stands in page/hls-driver.ts and page/dash-driver.ts. */
export type ProtocolFacts = {
  readonly name: Protocol;
  /** As the snapshot names it. */
  readonly player: string;
  /** The demo's live stream. */
  readonly manifest: string;
  /** The same once, from its beginning to its end. */
  readonly onDemand: string;
  /** The same with low latency. */
  readonly lowLatency: string;
  /** The span of a request that is under way as long as its object takes to be produced, and what marks it. */
  readonly heldBack: { readonly span: string; readonly mark: string };
  /** What a stall of it looks like when the encoder is late: a transfer that pauses in the middle may be either. */
  readonly lateEncoder: 'live_edge' | 'network';
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
    onDemand: '/vod/master.m3u8',
    lowLatency: '/ll/master.m3u8',
    heldBack: { span: 'livestream.manifest.fetch', mark: 'request.blocking' },
    lateEncoder: 'live_edge',
    missing: '/live/nowhere.m3u8',
    refreshed: '.m3u8',
    unwatched: [],
  },
  dash: {
    name: 'dash',
    player: 'dash.js',
    manifest: '/live/manifest.mpd',
    onDemand: '/vod/manifest.mpd',
    lowLatency: '/ll/manifest.mpd',
    heldBack: { span: 'livestream.segment.fetch', mark: 'segment.chunked' },
    lateEncoder: 'network',
    missing: '/live/nowhere.mpd',
    refreshed: '.mpd',
    unwatched: ['/time'],
  },
};
