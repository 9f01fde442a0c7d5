/**
 * The signals catalogue: the one table of metrics, attributes and span names that the player SDK, the collector, the war
 * room and the docs share. A name that is not here does not exist.
 */

type Kind = 'counter' | 'histogram' | 'gauge';

/** A metric: its kind, its UCUM unit, what it means, and for histograms the bucket edges in that unit. */
export type Metric = {
  readonly kind: Kind;
  readonly unit: string;
  readonly side: 'player' | 'server';
  readonly meaning: string;
  readonly edges?: readonly number[];
};

// Edges are fixed, so that histograms of any two players add up, and hold every alert threshold exactly.
const waitSeconds = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60];
const stallSeconds = [0.25, 0.5, 1, 2, 5, 10, 30, 60];
const fetchSeconds = [0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];
const bufferSeconds = [0.5, 1, 2, 4, 6, 10, 15, 20, 30, 60, 120];
const latencySeconds = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60];
const lossRatios = [0, 0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];
const jitterMs = [1, 2, 5, 10, 20, 30, 50, 75, 100, 200, 500];
const connectionSeconds = [1, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400];
const roundTripSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2];
const kilobits = [100, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000, 12000, 20000];
const publishMs = [50, 100, 200, 350, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 10000];
const originMs = [1, 2, 5, 10, 25, 50, 100, 200, 350, 500, 1000, 2000, 5000, 10000];
const megabits = [1, 5, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

export const metrics = {
  'livestream.viewer.presence': counter(
    's',
    'seconds present since the last report, by viewer.state; the sum of rates is the concurrency',
  ),
  'livestream.player.plays': counter('{play}', 'play attempts'),
  'livestream.player.startup.duration': histogram('s', waitSeconds, 'play request to first frame, waiting time only'),
  'livestream.player.exits_before_start': counter(
    '{exit}',
    'left after asking to play, before a frame, without an error',
  ),
  'livestream.player.stalls': counter('{stall}', 'involuntary stops of the picture, by stall.cause'),
  'livestream.player.stall.duration': histogram('s', stallSeconds, 'one value per stall'),
  'livestream.player.seek.duration': histogram('s', waitSeconds, 'seek to first new frame'),
  'livestream.player.rendition.switches': counter('{switch}', 'changes of the rendition on screen, by direction'),
  'livestream.player.media.played': counter('s', 'media seconds rendered'),
  'livestream.player.media.bits': counter(
    'bit',
    'declared bits of what was rendered; divided by media.played it is the average bitrate',
  ),
  'livestream.player.frames.rendered': counter('{frame}', 'frames rendered while the page was visible'),
  'livestream.player.frames.dropped': counter('{frame}', 'frames dropped while the page was visible'),
  'livestream.player.live_latency': histogram(
    's',
    latencySeconds,
    'wall clock minus the capture or program time of the frame on screen',
  ),
  'livestream.player.buffer.length': histogram(
    's',
    bufferSeconds,
    'media buffered ahead of the playhead, at each report',
  ),
  'livestream.segment.fetch.duration': histogram(
    's',
    fetchSeconds,
    'request issued to last byte, of attempts that delivered',
  ),
  'livestream.segment.fetch.ttfb': histogram('s', fetchSeconds, 'request issued to first byte'),
  'livestream.segment.fetch.size': counter('By', 'body bytes received'),
  'livestream.errors': counter(
    '{error}',
    'each failed request attempt once as not fatal; the error that ends playback once as fatal',
  ),
  'livestream.telemetry.dropped': counter(
    '{batch}',
    'reports that never left the page, by error.type: what the figures lack',
  ),
  'webrtc.rtp.packet_loss_ratio': histogram('1', lossRatios, 'lost / (lost + received) in the poll interval'),
  'webrtc.rtp.packets.lost': counter('{packet}', 'packets lost in the interval'),
  'webrtc.rtp.packets.received': counter('{packet}', 'packets received in the interval'),
  'webrtc.rtp.jitter': histogram('ms', jitterMs, 'interarrival jitter (RFC 3550)'),
  'webrtc.nack.count': counter('{packet}', 'negative acknowledgements in the interval, by direction'),
  'webrtc.pli.count': counter('{packet}', 'picture loss indications in the interval, by direction'),
  'webrtc.fir.count': counter('{packet}', 'full intra requests in the interval, by direction'),
  'webrtc.connection.duration': histogram('s', connectionSeconds, 'connected to closed, once, at the end'),
  'webrtc.connection.setup.duration': histogram('s', waitSeconds, 'new to connected'),
  'webrtc.rtt': histogram('s', roundTripSeconds, 'round trip time of the nominated candidate pair'),
  'webrtc.jitter_buffer.delay': histogram('s', roundTripSeconds, 'mean jitter buffer delay of the interval'),
  'webrtc.freeze.count': counter('{freeze}', 'freezes; also counted as stalls with cause webrtc'),
  'webrtc.freeze.duration': counter('s', 'seconds frozen'),
  'webrtc.concealed_samples': counter('{sample}', 'audio samples made up to hide loss'),
  'webrtc.samples': counter('{sample}', 'audio samples received'),
  'livestream.viewers.concurrent': gauge('{viewer}', 'concurrent viewers; published by the collector only'),
  'livestream.ingest.bitrate': histogram('kbps', kilobits, 'bitrate that arrives at the ingest', 'server'),
  'livestream.ingest.frame_drops': counter('{frame}', 'frames dropped on the way in', 'server'),
  'livestream.segment.generation_latency': histogram('ms', publishMs, 'frames in to segment published', 'server'),
  'livestream.origin.request_latency': histogram('ms', originMs, 'time the origin took to answer', 'server'),
  'livestream.origin.requests': counter('{request}', 'requests that the origin answered', 'server'),
  'livestream.encoder.utilization': gauge('%', 'load of the encoder'),
  'livestream.edge.bandwidth': histogram('Mbps', megabits, 'outgoing bandwidth of an edge node', 'server'),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** The attributes allowed on metrics. Ids, URLs, segment numbers and user agents are for spans only. */
export const metricAttributes = [
  'stream.id',
  'protocol',
  'region',
  'viewer.kind',
  'viewer.state',
  'player.name',
  'object.type',
  'request.type',
  'cdn.host',
  'cache.status',
  'error.type',
  'error.fatal',
  'stall.cause',
  'direction',
  'media.kind',
] as const;

/** Span names, in the order of a viewing. */
export const spans = {
  startup: 'livestream.player.startup',
  manifest: 'livestream.manifest.fetch',
  segment: 'livestream.segment.fetch',
  key: 'livestream.key.fetch',
  stall: 'livestream.player.stall',
  seek: 'livestream.player.seek',
  session: 'livestream.player.session',
} as const;

/**
 * Seconds until this session reports again, on the resource of every metrics batch from a player; 0 says that it ends.
 * A hidden tab reports seldom, so only the sender knows when its silence means that it has gone.
 */
export const nextReport = 'livestream.viewer.next_report';

function counter(unit: string, meaning: string, side: Metric['side'] = 'player'): Metric & { kind: 'counter' } {
  return { kind: 'counter', unit, side, meaning };
}

function histogram(
  unit: string,
  edges: readonly number[],
  meaning: string,
  side: Metric['side'] = 'player',
): Metric & { kind: 'histogram'; edges: readonly number[] } {
  return { kind: 'histogram', unit, side, meaning, edges };
}

function gauge(unit: string, meaning: string): Metric & { kind: 'gauge' } {
  return { kind: 'gauge', unit, side: 'server', meaning };
}
