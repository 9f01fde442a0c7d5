/** The table of dashboards: what each panel asks. Grafana's JSON is made from it. */
import { prometheusName } from '../../src/collector/expose/prometheus.ts';
import type { Dashboard, Panel } from './panel.ts';
import {
  leg,
  legend,
  meanOf,
  ofPlayers,
  ofStream,
  player,
  quantilesOf,
  rateOf,
  shareOf,
  viewersBy,
  window,
} from './panel.ts';
import type { Matcher } from './promql.ts';
import { perSecond, streamViewers, sum } from './promql.ts';

const concurrent: Panel[] = [
  {
    title: 'Viewers now',
    width: 6,
    unit: 'short',
    big: true,
    queries: [{ expr: sum(streamViewers, [], ofStream), legend: '' }],
  },
  {
    ...{ title: 'Viewers by stream', width: 18, unit: 'short' },
    queries: [{ expr: sum(streamViewers, ['stream.id'], ofStream), legend: legend(['stream.id']) }],
  },
  { title: 'Viewers by protocol', width: 12, unit: 'short', queries: viewersBy('protocol') },
  { title: 'Viewers by region', width: 12, unit: 'short', queries: viewersBy('region') },
];
const ingest: Panel = {
  ...{ title: 'Ingest bitrate', width: 12, unit: 'Kbits', threshold: 500 },
  queries: meanOf('livestream.ingest.bitrate', ['stream.id']),
};
const publish: Panel = {
  ...{ title: 'Segment publish latency', width: 12, unit: 'ms', threshold: 1000 },
  queries: quantilesOf('livestream.segment.generation_latency', ['protocol']),
};
const loss: Panel = {
  ...{ title: 'WebRTC packet loss', width: 12, unit: 'percentunit', threshold: 0.03 },
  queries: shareOf('webrtc.rtp.packets.lost', ['webrtc.rtp.packets.lost', 'webrtc.rtp.packets.received'], leg),
  spans: player('webrtc.connection'),
};
const origin: Panel = {
  ...{ title: 'Origin latency', width: 12, unit: 'ms', threshold: 200 },
  queries: quantilesOf('livestream.origin.request_latency', ['request.type']),
};
const errors: Panel = {
  ...{ title: 'Errors', width: 12, unit: 'cps' },
  queries: rateOf('livestream.errors', ['error.type', 'error.fatal']),
  spans: player('livestream.segment.fetch'),
};
const watched = { window, where: [...ofStream, ['viewer.state', '!=', 'paused']] satisfies Matcher[] };
const stalled = { window, where: [...ofStream, ['viewer.state', '=', 'stalled']] satisfies Matcher[] };
const stallRatio: Panel = {
  ...{ title: 'Stall ratio', width: 12, unit: 'percentunit' },
  queries: [
    {
      expr: `${perSecond('livestream.viewer.presence', stalled)} / ${perSecond('livestream.viewer.presence', watched)}`,
      legend: 'share of watch time',
    },
  ],
  spans: player('livestream.player.stall'),
};

/** All but the one of a session, which asks Jaeger. */
export const dashboards: readonly Dashboard[] = [
  { id: 'war-room', title: 'War room', panels: [...concurrent, ingest, publish, origin, loss, stallRatio, errors] },
  {
    id: 'playback',
    title: 'Playback quality',
    panels: [
      {
        ...{ title: 'Startup', width: 12, unit: 's', spans: player('livestream.player.startup') },
        queries: quantilesOf('livestream.player.startup.duration', ['protocol']),
      },
      stallRatio,
      {
        title: 'Stalls by cause',
        width: 12,
        unit: 'cps',
        queries: rateOf('livestream.player.stalls', ['stall.cause']),
      },
      { title: 'Stall duration', width: 12, unit: 's', queries: quantilesOf('livestream.player.stall.duration') },
      {
        ...{ title: 'Segment fetch', width: 12, unit: 's', spans: player('livestream.segment.fetch') },
        queries: quantilesOf('livestream.segment.fetch.duration', ['object.type']),
      },
      {
        title: 'Live latency',
        width: 12,
        unit: 's',
        queries: quantilesOf('livestream.player.live_latency', ['protocol']),
      },
      { title: 'Buffer', width: 12, unit: 's', queries: quantilesOf('livestream.player.buffer.length') },
      {
        ...{ title: 'Average bitrate', width: 12, unit: 'bps' },
        queries: [
          {
            expr: `${perSecond('livestream.player.media.bits', { window, by: ['protocol'], where: ofStream })} / ${perSecond('livestream.player.media.played', { window, by: ['protocol'], where: ofStream })}`,
            legend: legend(['protocol']),
          },
        ],
      },
      {
        ...{ title: 'Rendition switches', width: 12, unit: 'cps' },
        queries: rateOf('livestream.player.rendition.switches', ['direction']),
      },
      {
        title: 'Bytes fetched',
        width: 12,
        unit: 'Bps',
        queries: rateOf('livestream.segment.fetch.size', ['cdn.host']),
      },
      {
        ...{ title: 'Dropped frames', width: 12, unit: 'percentunit' },
        queries: shareOf(
          'livestream.player.frames.dropped',
          ['livestream.player.frames.dropped', 'livestream.player.frames.rendered'],
          ['player.name'],
        ),
      },
      errors,
    ],
  },
  {
    id: 'webrtc',
    title: 'WebRTC',
    panels: [
      loss,
      { title: 'Jitter', width: 12, unit: 'ms', queries: meanOf('webrtc.rtp.jitter', leg) },
      { title: 'Round trip', width: 12, unit: 's', queries: quantilesOf('webrtc.rtt', ['service.name']) },
      {
        title: 'Setup',
        width: 12,
        unit: 's',
        queries: quantilesOf('webrtc.connection.setup.duration'),
        spans: player('webrtc.connect'),
      },
      { title: 'NACK', width: 12, unit: 'cps', queries: rateOf('webrtc.nack.count', leg) },
      { title: 'PLI', width: 12, unit: 'cps', queries: rateOf('webrtc.pli.count', leg) },
      {
        ...{ title: 'Freezes', width: 12, unit: 'cps' },
        queries: rateOf('webrtc.freeze.count', ['stream.id'], ofPlayers),
      },
      {
        ...{ title: 'Concealed sound', width: 12, unit: 'percentunit' },
        queries: [
          {
            expr: `${perSecond('webrtc.concealed_samples', { window, where: ofPlayers })} / ${perSecond('webrtc.samples', { window, where: ofPlayers })}`,
            legend: 'share of samples',
          },
        ],
      },
    ],
  },
  {
    id: 'origin',
    title: 'Origin and publisher',
    panels: [
      origin,
      {
        title: 'Origin requests',
        width: 12,
        unit: 'reqps',
        queries: rateOf('livestream.origin.requests', ['request.type', 'http.response.status_class']),
      },
      ingest,
      {
        title: 'Ingest frame drops',
        width: 12,
        unit: 'cps',
        queries: rateOf('livestream.ingest.frame_drops', ['stream.id']),
      },
      publish,
      {
        ...{ title: 'Encoder utilization', width: 12, unit: 'percent' },
        queries: [
          {
            expr: sum(prometheusName('livestream.encoder.utilization'), ['stream.id'], ofStream),
            legend: '{{stream_id}}',
          },
        ],
      },
    ],
  },
];
