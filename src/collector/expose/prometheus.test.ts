import { expect, test } from 'vitest';
import { metricsBody, watched } from '../test-bodies.ts';
import { testCollector, testStart } from '../test-collector.ts';
import { prometheusName } from './prometheus.ts';

test('names are those of the Prometheus OTLP translation', () => {
  const names = {
    'livestream.viewer.presence': 'livestream_viewer_presence_seconds_total',
    'livestream.player.plays': 'livestream_player_plays_total',
    'livestream.player.startup.duration': 'livestream_player_startup_duration_seconds',
    'livestream.player.media.bits': 'livestream_player_media_bits_bit_total',
    'livestream.segment.fetch.size': 'livestream_segment_fetch_size_bytes_total',
    'livestream.errors': 'livestream_errors_total',
    'webrtc.rtp.packet_loss_ratio': 'webrtc_rtp_packet_loss_ratio',
    'webrtc.rtp.jitter': 'webrtc_rtp_jitter_milliseconds',
    'webrtc.freeze.duration': 'webrtc_freeze_duration_seconds_total',
    'livestream.viewers.concurrent': 'livestream_viewers_concurrent',
    'livestream.ingest.bitrate': 'livestream_ingest_bitrate_kbps',
    'livestream.origin.request_latency': 'livestream_origin_request_latency_milliseconds',
    'livestream.encoder.utilization': 'livestream_encoder_utilization_percent',
    'livestream.edge.bandwidth': 'livestream_edge_bandwidth_Mbps',
  } as const;
  for (const [metric, name] of Object.entries(names)) {
    expect(prometheusName(metric as keyof typeof names)).toBe(name);
  }
});

test('the text is that of the exposition format', async () => {
  const collector = await testCollector();
  await collector.metrics(
    metricsBody({
      ...{ session: 'a', time: testStart, next: 10 },
      labels: { 'stream.id': 'a "b" \\ c\nd', protocol: 'hls' },
      counters: watched(10),
      histograms: { 'livestream.player.stall.duration': [0.25, 0.3, 70] },
    }),
  );
  const response = await fetch(`${collector.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const labels = 'stream_id="a \\"b\\" \\\\ c\\nd",protocol="hls"';
  const stalls = 'livestream_player_stall_duration_seconds';
  expect(text.slice(0, text.indexOf('# HELP playscope_')).trimEnd().split('\n')).toEqual([
    `# HELP ${stalls} one value per stall`,
    `# TYPE ${stalls} histogram`,
    `${stalls}_bucket{${labels},le="0.25"} 1`,
    ...['0.5', '1', '2', '5', '10', '30', '60'].map((edge) => `${stalls}_bucket{${labels},le="${edge}"} 2`),
    `${stalls}_bucket{${labels},le="+Inf"} 3`,
    `${stalls}_sum{${labels}} 70.55`,
    `${stalls}_count{${labels}} 3`,
    '# HELP livestream_viewer_presence_seconds_total seconds present since the last report, by viewer.state; the sum of rates is the concurrency',
    '# TYPE livestream_viewer_presence_seconds_total counter',
    `livestream_viewer_presence_seconds_total{${labels},viewer_state="playing"} 10`,
    '# HELP livestream_viewers_concurrent concurrent viewers; published by the collector only',
    '# TYPE livestream_viewers_concurrent gauge',
    `livestream_viewers_concurrent{${labels},viewer_kind="real"} 1`,
  ]);
  expect(await collector.sample('playscope_collector_requests_total{path="/v1/metrics",code="200"}')).toBe(1);
  expect(await collector.sample('playscope_collector_sessions')).toBe(1);
});
