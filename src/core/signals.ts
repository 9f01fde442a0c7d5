/**
 * The signals catalogue: the one table of metrics, attributes and span names that the player SDK, the collector, the war
 * room and the docs share. A name that is not here does not exist. What each metric means stands in meanings.ts, as pages
 * need not download it.
 */

/** A metric: its kind, its UCUM unit, and for histograms the bucket edges in that unit. */
export type Metric =
  | { readonly kind: 'counter' | 'gauge'; readonly unit: string }
  | { readonly kind: 'histogram'; readonly unit: string; readonly edges: readonly number[] };

// Edges are fixed, so that histograms of any two players add up, and hold every alert threshold exactly.
const waitSeconds = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60];
const stallSeconds = [0.25, 0.5, 1, 2, 5, 10, 30, 60];
const fetchSeconds = [0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];
const bufferSeconds = [0.05, 0.1, 0.2, 0.5, 1, 2, 4, 6, 10, 15, 20, 30, 60, 120];
const latencySeconds = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60];
const lossRatios = [0, 0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];
const jitterMs = [1, 2, 5, 10, 20, 30, 50, 75, 100, 200, 500];
const connectionSeconds = [1, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400];
const roundTripSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2];
const kilobits = [100, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000, 12000, 20000];
const publishMs = [50, 100, 200, 350, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 10000];
const originMs = [1, 2, 5, 10, 25, 50, 100, 200, 350, 500, 1000, 2000, 5000, 10000];
const megabits = [1, 5, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

/** From every player: delta, counters and histograms only. */
export const playbackMetrics = {
  'livestream.viewer.presence': counter('s'),
  'livestream.player.plays': counter('{play}'),
  'livestream.player.startup.duration': histogram('s', waitSeconds),
  'livestream.player.exits_before_start': counter('{exit}'),
  'livestream.player.stalls': counter('{stall}'),
  'livestream.player.stall.duration': histogram('s', stallSeconds),
  'livestream.player.seek.duration': histogram('s', waitSeconds),
  'livestream.player.rendition.switches': counter('{switch}'),
  'livestream.player.media.played': counter('s'),
  'livestream.player.media.bits': counter('bit'),
  'livestream.player.frames.rendered': counter('{frame}'),
  'livestream.player.frames.dropped': counter('{frame}'),
  'livestream.player.live_latency': histogram('s', latencySeconds),
  'livestream.player.buffer.length': histogram('s', bufferSeconds),
  'livestream.segment.fetch.duration': histogram('s', fetchSeconds),
  'livestream.segment.fetch.ttfb': histogram('s', fetchSeconds),
  'livestream.segment.fetch.size': counter('By'),
  'livestream.errors': counter('{error}'),
  'livestream.telemetry.dropped': counter('{item}'),
} as const satisfies Record<string, Metric>;

/** From players of WebRTC, beside the others. */
export const webrtcMetrics = {
  'webrtc.rtp.packet_loss_ratio': histogram('1', lossRatios),
  'webrtc.rtp.packets.lost': counter('{packet}'),
  'webrtc.rtp.packets.received': counter('{packet}'),
  'webrtc.rtp.jitter': histogram('ms', jitterMs),
  'webrtc.nack.count': counter('{packet}'),
  'webrtc.pli.count': counter('{packet}'),
  'webrtc.fir.count': counter('{packet}'),
  'webrtc.connection.duration': histogram('s', connectionSeconds),
  'webrtc.connection.setup.duration': histogram('s', waitSeconds),
  'webrtc.rtt': histogram('s', roundTripSeconds),
  'webrtc.jitter_buffer.delay': histogram('s', roundTripSeconds),
  'webrtc.freeze.count': counter('{freeze}'),
  'webrtc.freeze.duration': counter('s'),
  'webrtc.concealed_samples': counter('{sample}'),
  'webrtc.samples': counter('{sample}'),
} as const satisfies Record<string, Metric>;

/** From the servers and, where it says so, from the collector. */
export const serverMetrics = {
  'livestream.viewers.concurrent': gauge('{viewer}'),
  'livestream.ingest.bitrate': histogram('kbps', kilobits),
  'livestream.ingest.frame_drops': counter('{frame}'),
  'livestream.segment.generation_latency': histogram('ms', publishMs),
  'livestream.origin.request_latency': histogram('ms', originMs),
  'livestream.origin.requests': counter('{request}'),
  'livestream.encoder.utilization': gauge('%'),
  'livestream.edge.bandwidth': histogram('Mbps', megabits),
} as const satisfies Record<string, Metric>;

export const playerMetrics = { ...playbackMetrics, ...webrtcMetrics };
export const metrics = { ...playerMetrics, ...serverMetrics };

export type PlayerMetricName = keyof typeof playerMetrics;
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
  'http.response.status_class',
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
  connect: 'webrtc.connect',
  connection: 'webrtc.connection',
} as const;

/** Span names of an origin. */
export const originSpans = { request: 'livestream.origin.request' } as const;

/** Span names of the servers; of a connection as from players, `webrtc.connection`. */
export const serverSpans = {
  negotiation: 'webrtc.negotiation',
  firstPacket: 'webrtc.first_packet',
} as const;

/** Span names of a publisher: one segment, and in order the steps that it took. */
export const publishSpans = {
  publish: 'livestream.segment.publish',
  mux: 'livestream.segment.mux',
  encrypt: 'livestream.segment.encrypt',
  upload: 'livestream.segment.upload',
  manifest: 'livestream.manifest.update',
} as const;

/**
 * Seconds until this session reports again, on the resource of every metrics batch from a player; 0 says that it ends.
 * A hidden tab reports seldom, so only the sender knows when its silence means that it has gone.
 */
export const nextReport = 'livestream.viewer.next_report';

function counter(unit: string) {
  return { kind: 'counter', unit } as const;
}

function histogram(unit: string, edges: readonly number[]) {
  return { kind: 'histogram', unit, edges } as const;
}

function gauge(unit: string) {
  return { kind: 'gauge', unit } as const;
}
