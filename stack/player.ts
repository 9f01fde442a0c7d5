/** A simulated player: the page's own OpenTelemetry and OTLP, on a clock of its own, of which everything is known. */
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import type { Metric, PlayerMetricName } from '../src/core/signals.ts';
import { nextReport, playerMetrics } from '../src/core/signals.ts';
import { providers } from '../src/telemetry/providers.ts';

export type Place = {
  readonly streamId: string;
  readonly protocol: 'hls' | 'dash' | 'webrtc';
  readonly region: string;
};
export type Player = Place & {
  /** Plays for so long and reports it. Resolves with whether the report was taken. */
  report(seconds: number, last?: 'last'): Promise<boolean>;
};
/** Told of everything that a player measures. */
export type Measured = (metric: PlayerMetricName, value: number) => void;

type Options = Place & {
  readonly endpoint: string;
  readonly sessionId: string;
  /** As the CDN in front of the proxy tells it. */
  readonly address: string;
  /** How far its clock is ahead. */
  readonly skewMs: number;
  /** 0 to 1, other at each call. */
  readonly random: () => number;
  readonly measured: Measured;
};

const segmentSeconds = 2;

/** A player that has just begun to play. */
export function player(options: Options): Player {
  const { endpoint, sessionId, skewMs, random, measured, streamId, protocol, region, address } = options;
  const cdn = { 'cloudfront-viewer-country': region, 'x-forwarded-for': address };
  const sdk = providers({
    resource: { 'service.name': 'web-player', 'session.id': sessionId },
    scope: { name: 'playscope', version: '0.0.0' },
    shouldSample: () => 'keep',
    onSpanEnd() {},
  });
  const made = new Map<string, Counter | Histogram>();
  const common = {
    'stream.id': streamId,
    protocol,
    'viewer.kind': 'real',
    'player.name': protocol === 'hls' ? 'hls.js' : protocol === 'dash' ? 'dash.js' : 'webrtc',
  };
  begin();

  return {
    ...{ streamId, protocol, region },
    async report(seconds, last) {
      play(seconds);
      const body = await sdk.collect({ [nextReport]: last ? 0 : 10 });
      if (last) sdk.shutdown();
      return body !== undefined && (await send(onOwnClock(body)));
    },
  };

  function begin() {
    measure('livestream.player.plays', 1);
    measure('livestream.player.startup.duration', 0.2 + 3 * random() ** 3);
    if (protocol === 'webrtc') measure('webrtc.connection.setup.duration', 0.1 + random());
  }

  function play(seconds: number) {
    // Some go away and come back.
    if (random() < 0.02) begin();
    const stalled = random() < 0.05 ? Math.min(seconds, 4 * random()) : 0;
    measure('livestream.viewer.presence', seconds - stalled, { 'viewer.state': 'playing' });
    measure('livestream.viewer.presence', stalled, { 'viewer.state': 'stalled' });
    if (stalled > 0) {
      const cause = { 'stall.cause': protocol === 'webrtc' ? 'webrtc' : 'network' };
      measure('livestream.player.stalls', 1, cause);
      measure('livestream.player.stall.duration', stalled, cause);
    }
    measure('livestream.player.media.played', seconds - stalled);
    measure('livestream.player.media.bits', (seconds - stalled) * 2_000_000);
    measure('livestream.player.frames.rendered', Math.round(seconds * 30));
    measure('livestream.player.frames.dropped', Math.round(3 * random()));
    if (random() < 0.05)
      measure('livestream.player.rendition.switches', 1, { direction: random() < 0.5 ? 'up' : 'down' });
    measure('livestream.player.live_latency', protocol === 'webrtc' ? 0.3 * random() : 2 + 6 * random());
    if (protocol === 'webrtc') stream(seconds);
    else fetchSegments(seconds);
  }

  function fetchSegments(seconds: number) {
    const what = { 'object.type': 'video', 'cdn.host': 'cdn.example', 'cache.status': random() < 0.9 ? 'hit' : 'miss' };
    for (let i = 0; i < Math.round(seconds / segmentSeconds); i += 1) {
      const duration = 0.05 + 1.2 * random() ** 4;
      measure('livestream.segment.fetch.duration', duration, what);
      measure('livestream.segment.fetch.ttfb', duration * 0.4, what);
      measure('livestream.segment.fetch.size', Math.round(400_000 + 200_000 * random()), what);
    }
    if (random() < 0.02) measure('livestream.errors', 1, { 'error.type': 'http_404', 'error.fatal': false });
    measure('livestream.player.buffer.length', 4 + 20 * random());
  }

  function stream(seconds: number) {
    const received = Math.round(seconds * 280);
    const from = { direction: 'received', 'media.kind': 'video' };
    measure('webrtc.rtp.packets.received', received, from);
    measure('webrtc.rtp.packets.lost', Math.round(received * 0.1 * random()), from);
    measure('webrtc.nack.count', Math.round(8 * random()), { ...from, direction: 'sent' });
    measure('webrtc.pli.count', Math.round(random()), { ...from, direction: 'sent' });
    measure('webrtc.freeze.count', Math.round(0.6 * random()), from);
    measure('webrtc.samples', Math.round(seconds * 48_000));
    measure('webrtc.concealed_samples', Math.round(seconds * 480 * random()));
    measure('webrtc.rtp.jitter', 40 * random(), from);
    measure('webrtc.rtt', 0.2 * random() ** 2);
  }

  function measure(metric: PlayerMetricName, value: number, attributes: Attributes = {}) {
    if (value === 0) return;
    measured(metric, value);
    const instrument = made.get(metric) ?? make(metric);
    made.set(metric, instrument);
    if ('record' in instrument) instrument.record(value, { ...common, ...attributes });
    else instrument.add(value, { ...common, ...attributes });
  }

  function make(metric: PlayerMetricName): Counter | Histogram {
    const row: Metric = playerMetrics[metric];
    return row.kind === 'histogram'
      ? sdk.meter.createHistogram(metric, { unit: row.unit, advice: { explicitBucketBoundaries: [...row.edges] } })
      : sdk.meter.createCounter(metric, { unit: row.unit });
  }

  function onOwnClock(body: string): string {
    const skewNs = BigInt(skewMs) * 1_000_000n;
    return body.replace(/imeUnixNano":"(\d+)"/g, (_, ns) => `imeUnixNano":"${BigInt(ns) + skewNs}"`);
  }

  async function send(body: string): Promise<boolean> {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', ...cdn };
    const request = { method: 'POST', headers, body: gzipSync(body, { level: 1 }) };
    // As the page's transport does: once more where nobody was ready to answer, each at another time.
    for (let tries = 0; tries < 5; tries += 1) {
      const response = await fetch(`${endpoint}/v1/metrics`, request).catch(() => undefined);
      await response?.arrayBuffer();
      if (response && response.status < 429) return response.ok;
      await wait(2000 + 2000 * random());
    }
    return false;
  }
}
