import type { Unit } from '../format.ts';
import type { Mark } from './chart-marks.ts';

export type PlotRow = {
  readonly series: string;
  readonly title: string;
  readonly caption?: string;
  readonly unit: Unit;
  readonly marks?: readonly Mark[];
};

/** One panel: `empty` stands there until something feeds it, and says what would. */
export type Panel = {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly empty: string;
  readonly plots: readonly PlotRow[];
};

const loss: readonly Mark[] = [
  { value: 0.02, tone: 'warn', label: '2 %' },
  { value: 0.03, tone: 'bad', label: '3 %' },
];
const originSlow: readonly Mark[] = [{ value: 0.2, tone: 'bad', label: '200 ms' }];
const publishSlow: readonly Mark[] = [{ value: 1, tone: 'warn', label: '1 s, low-latency target' }];
const players = 'No data yet. Players report this once one is attached and plays.';
const publisher = 'No data yet. The publisher reports this once its server module is attached.';

export const playback: readonly Panel[] = [
  {
    id: 'stall-ratio',
    title: 'Stall ratio',
    about: 'share of watch time',
    empty: players,
    plots: [{ series: 'stallRatio', title: 'Stall ratio', unit: 'ratio' }],
  },
  {
    id: 'startup',
    title: 'Startup',
    about: 'play to first frame',
    empty: players,
    plots: [{ series: 'startup', title: 'Startup', unit: 'seconds' }],
  },
  {
    id: 'fetch',
    title: 'Segment fetch',
    about: 'to last byte',
    empty: players,
    plots: [{ series: 'fetch', title: 'Segment fetch', unit: 'seconds' }],
  },
  {
    id: 'live-latency',
    title: 'Live latency',
    about: 'camera to screen',
    empty: 'No data yet. Players report this when the stream carries its wall-clock time (PROGRAM-DATE-TIME).',
    plots: [{ series: 'liveLatency', title: 'Live latency', unit: 'seconds' }],
  },
  {
    id: 'errors',
    title: 'Errors',
    about: 'by protocol',
    empty: 'No errors reported so far. Every failed request and what ends playback counts here.',
    plots: [{ series: 'errors', title: 'Errors by protocol', unit: 'perSecond' }],
  },
];

export const delivery: readonly Panel[] = [
  {
    id: 'ingest',
    title: 'Ingest health',
    about: 'encoder to ingest',
    empty: publisher,
    plots: [
      { series: 'ingestBitrate', title: 'Ingest bitrate', caption: 'Bitrate', unit: 'kbps' },
      { series: 'ingestFrameDrops', title: 'Ingest frame drops', caption: 'Frame drops', unit: 'perSecond' },
    ],
  },
  {
    id: 'publish',
    title: 'Segment publish latency',
    about: '',
    empty: publisher,
    plots: [
      {
        series: 'publishLatency',
        title: 'Segment publish latency p95',
        caption: 'p95, p50 dashed',
        unit: 'seconds',
        marks: publishSlow,
      },
    ],
  },
  {
    id: 'origin',
    title: 'Origin load',
    about: 'by request type',
    empty: 'No data yet. The origin reports this once its server module is attached.',
    plots: [
      {
        series: 'originLatency',
        title: 'Origin latency p95',
        caption: 'Latency p95, p50 dashed',
        unit: 'seconds',
        marks: originSlow,
      },
      { series: 'originRequests', title: 'Origin requests', caption: 'Requests', unit: 'perSecond' },
    ],
  },
  {
    id: 'webrtc',
    title: 'WebRTC quality',
    about: 'players and SFU',
    empty: 'No data yet. Players of an RTCPeerConnection and the SFU report this once one is connected.',
    plots: [
      { series: 'packetLoss', title: 'WebRTC packet loss', caption: 'Packet loss', unit: 'ratio', marks: loss },
      { series: 'jitter', title: 'WebRTC jitter', caption: 'Jitter', unit: 'ms' },
      { series: 'feedback', title: 'WebRTC NACK and PLI', caption: 'NACK + PLI', unit: 'perSecond' },
    ],
  },
];
