// The names are a contract with collectors, dashboards and alert rules: they are written here a second time on purpose.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signalsPage, target } from '../../scripts/signals-doc.ts';
import { meanings } from './meanings.ts';
import type { Metric } from './signals.ts';
import { metricAttributes, metrics, playerMetrics, publishSpans, serverMetrics, spans } from './signals.ts';

const fixedPlayerMetrics = {
  'livestream.viewer.presence': 'counter s',
  'livestream.player.plays': 'counter {play}',
  'livestream.player.startup.duration': 'histogram s',
  'livestream.player.exits_before_start': 'counter {exit}',
  'livestream.player.stalls': 'counter {stall}',
  'livestream.player.stall.duration': 'histogram s',
  'livestream.player.seek.duration': 'histogram s',
  'livestream.player.rendition.switches': 'counter {switch}',
  'livestream.player.media.played': 'counter s',
  'livestream.player.media.bits': 'counter bit',
  'livestream.player.frames.rendered': 'counter {frame}',
  'livestream.player.frames.dropped': 'counter {frame}',
  'livestream.player.live_latency': 'histogram s',
  'livestream.player.buffer.length': 'histogram s',
  'livestream.segment.fetch.duration': 'histogram s',
  'livestream.segment.fetch.ttfb': 'histogram s',
  'livestream.segment.fetch.size': 'counter By',
  'livestream.errors': 'counter {error}',
  'webrtc.rtp.packet_loss_ratio': 'histogram 1',
  'webrtc.rtp.packets.lost': 'counter {packet}',
  'webrtc.rtp.packets.received': 'counter {packet}',
  'webrtc.rtp.jitter': 'histogram ms',
  'webrtc.nack.count': 'counter {packet}',
  'webrtc.pli.count': 'counter {packet}',
  'webrtc.fir.count': 'counter {packet}',
  'webrtc.connection.duration': 'histogram s',
  'webrtc.connection.setup.duration': 'histogram s',
  'webrtc.rtt': 'histogram s',
  'webrtc.jitter_buffer.delay': 'histogram s',
  'webrtc.freeze.count': 'counter {freeze}',
  'webrtc.freeze.duration': 'counter s',
  'webrtc.concealed_samples': 'counter {sample}',
  'webrtc.samples': 'counter {sample}',
};
const fixedServerMetrics = {
  'livestream.viewers.concurrent': 'gauge {viewer}',
  'livestream.ingest.bitrate': 'histogram kbps',
  'livestream.ingest.frame_drops': 'counter {frame}',
  'livestream.segment.generation_latency': 'histogram ms',
  'livestream.origin.request_latency': 'histogram ms',
  'livestream.origin.requests': 'counter {request}',
  'livestream.encoder.utilization': 'gauge %',
  'livestream.edge.bandwidth': 'histogram Mbps',
};
const fixedAttributes =
  `stream.id protocol region viewer.kind viewer.state player.name object.type request.type cdn.host
  cache.status error.type error.fatal stall.cause direction media.kind`.split(/\s+/);
const fixedSpans = [
  'livestream.player.startup',
  'livestream.manifest.fetch',
  'livestream.segment.fetch',
  'livestream.key.fetch',
  'livestream.player.stall',
  'livestream.player.seek',
  'livestream.player.session',
];
const fixedPublishSpans = [
  'livestream.segment.publish',
  'livestream.segment.mux',
  'livestream.segment.encrypt',
  'livestream.segment.upload',
  'livestream.manifest.update',
];

const all = Object.entries<Metric>(metrics);
const histograms = all.flatMap(([name, metric]) =>
  metric.kind === 'histogram' ? [[name, metric.edges] as [string, readonly number[]]] : [],
);
const edgesOf = Object.fromEntries(histograms);
const shapes = (table: Readonly<Record<string, Metric>>) =>
  Object.fromEntries(Object.entries(table).map(([name, { kind, unit }]) => [name, `${kind} ${unit}`]));

test('the fixed names, kinds and units are there', () => {
  expect(shapes(playerMetrics)).toMatchObject(fixedPlayerMetrics);
  expect(shapes(serverMetrics)).toMatchObject(fixedServerMetrics);
  expect(Object.values(spans)).toEqual(expect.arrayContaining(fixedSpans));
  expect(Object.values(publishSpans)).toEqual(fixedPublishSpans);
});

test('attributes on metrics are the allowed ones, and no id', () => {
  expect(metricAttributes).toEqual(expect.arrayContaining(fixedAttributes));
  const more = metricAttributes.filter((name) => !fixedAttributes.includes(name));
  expect(more).toEqual(['http.response.status_class']);
});

test('players send counters and histograms only', () => {
  expect(Object.values<Metric>(playerMetrics).filter(({ kind }) => kind === 'gauge')).toEqual([]);
});

test.each(histograms)('the edges of %s ascend', (_, edges) => {
  expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
});

test.each([
  ['webrtc.rtp.packet_loss_ratio', 0.02],
  ['webrtc.rtp.packet_loss_ratio', 0.03],
  ['livestream.origin.request_latency', 200],
  ['livestream.segment.generation_latency', 1000],
])('the edges of %s hold %d', (name, threshold) => {
  expect(edgesOf[name]).toContain(threshold);
});

test('stalls are told apart as the specification asks', () => {
  expect(edgesOf['livestream.player.stall.duration']).toEqual([0.25, 0.5, 1, 2, 5, 10, 30, 60]);
});

test('each metric has a meaning', () => {
  expect(Object.keys(meanings).sort()).toEqual(Object.keys(metrics).sort());
});

test('docs/signals.md is not stale: npm run docs makes it anew', () => {
  expect(readFileSync(target, 'utf8')).toBe(signalsPage());
});
