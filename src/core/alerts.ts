/**
 * The table of the six alerts. The collector evaluates it every few seconds, and Prometheus rules can be made from it: it
 * says what is true when an alert fires, never how to compute it.
 */
import type { MetricName } from './signals.ts';

/** What is compared, over the alert's window. */
export type Statistic =
  /** Quantile `q` (0 to 1) of a histogram. */
  | { readonly kind: 'quantile'; readonly q: number }
  /** Mean of a histogram. */
  | { readonly kind: 'mean' }
  /** Increase of the alert's metric, divided by the increase of all metrics named here. */
  | { readonly kind: 'ratio'; readonly of: readonly MetricName[] }
  /** The gauge now. A series that has vanished counts as 0. */
  | { readonly kind: 'viewers' };

export type Threshold =
  /** A fixed value in the metric's unit. */
  | { readonly kind: 'fixed'; readonly value: number }
  /** A share of the peak of the same figure in the last `windowSeconds`. Without a peak of `minimumPeak` nothing fires. */
  | {
      readonly kind: 'peak';
      readonly share: number;
      readonly windowSeconds: number;
      readonly minimumPeak: number;
    };

export type Alert = {
  readonly name: AlertName;
  readonly summary: string;
  readonly metric: MetricName;
  readonly statistic: Statistic;
  readonly comparison: 'above' | 'below' | 'zero';
  readonly threshold: Threshold;
  /** Seconds of data that the statistic looks at. */
  readonly windowSeconds: number;
  /** Seconds that the comparison must hold before the alert fires. */
  readonly forSeconds: number;
  /** One instance of the alert for each combination of these attributes. */
  readonly groupBy: readonly string[];
  /** Only series with these attribute values. */
  readonly where?: Readonly<Record<string, string>>;
};

export type AlertName =
  | 'ViewersDroppedSuddenly'
  | 'IngestBitrateLow'
  | 'SegmentPublishSlow'
  | 'WebRTCPacketLossHigh'
  | 'OriginSlow'
  | 'StreamWentDark';

// Probes are not viewers: a stream that only probes watch is dark.
const realViewers = { 'viewer.kind': 'real' } as const;

export const alerts: readonly Alert[] = [
  {
    name: 'ViewersDroppedSuddenly',
    summary: 'Viewers fell below 70 % of the peak of the last 5 minutes',
    metric: 'livestream.viewers.concurrent',
    statistic: { kind: 'viewers' },
    comparison: 'below',
    threshold: { kind: 'peak', share: 0.7, windowSeconds: 300, minimumPeak: 10 },
    windowSeconds: 0,
    forSeconds: 30,
    groupBy: ['stream.id'],
    where: realViewers,
  },
  {
    name: 'IngestBitrateLow',
    summary: 'The bitrate that arrives at the ingest is below the minimum of the stream',
    metric: 'livestream.ingest.bitrate',
    statistic: { kind: 'mean' },
    comparison: 'below',
    threshold: { kind: 'fixed', value: 500 },
    windowSeconds: 30,
    forSeconds: 0,
    groupBy: ['stream.id'],
  },
  {
    name: 'SegmentPublishSlow',
    summary: 'Segments are published later than the target: p95 of frames in to segment published',
    metric: 'livestream.segment.generation_latency',
    statistic: { kind: 'quantile', q: 0.95 },
    comparison: 'above',
    threshold: { kind: 'fixed', value: 1000 },
    windowSeconds: 60,
    forSeconds: 15,
    groupBy: ['stream.id', 'protocol'],
  },
  {
    name: 'WebRTCPacketLossHigh',
    summary: 'More than 3 % of the WebRTC packets were lost',
    metric: 'webrtc.rtp.packets.lost',
    statistic: { kind: 'ratio', of: ['webrtc.rtp.packets.lost', 'webrtc.rtp.packets.received'] },
    comparison: 'above',
    threshold: { kind: 'fixed', value: 0.03 },
    windowSeconds: 30,
    forSeconds: 30,
    // Players and the SFU see different legs of the way, and the SFU what it receives and what it sends: their packets must
    // not dilute each other.
    groupBy: ['stream.id', 'service.name', 'direction'],
  },
  {
    name: 'OriginSlow',
    summary: 'The origin answers slowly: p95 of the request latency is above 200 ms',
    metric: 'livestream.origin.request_latency',
    statistic: { kind: 'quantile', q: 0.95 },
    comparison: 'above',
    threshold: { kind: 'fixed', value: 200 },
    windowSeconds: 60,
    forSeconds: 15,
    groupBy: ['stream.id', 'request.type'],
  },
  {
    name: 'StreamWentDark',
    summary: 'Nobody watches a stream that had viewers in the last 15 minutes',
    metric: 'livestream.viewers.concurrent',
    statistic: { kind: 'viewers' },
    comparison: 'zero',
    threshold: { kind: 'peak', share: 0, windowSeconds: 900, minimumPeak: 1 },
    windowSeconds: 0,
    forSeconds: 15,
    groupBy: ['stream.id'],
    where: realViewers,
  },
];
