import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics, trace } from '@opentelemetry/api';
import { expect, onTestFinished, test, vi } from 'vitest';
import { testCollector } from '../collector/test-collector.ts';
import { instrumentPeerConnection } from './sfu.ts';
import type { TelemetryOptions } from './telemetry.ts';
import { startTelemetry } from './telemetry.ts';
import { negotiate, peer, until, video } from './test-peers.ts';

test('a leg arrives at the collector as the service that it is: metrics, traces and the panel', async () => {
  const collector = await testCollector();
  const telemetry = startTelemetry({ endpoint: `${collector.url}/`, serviceName: 'demo-sfu', reportEveryMs: 1000 });
  const [server, other] = [peer(), peer()];
  const of = { streamId: 'demo', peerId: 'p1', role: 'viewer', pollEveryMs: 500, ...telemetry } as const;
  const leg = instrumentPeerConnection(server, of);
  const sent = video((index) => index % 20 === 7);
  const { sender } = server.addTransceiver(sent.track, { direction: 'sendonly' });
  other.addTransceiver('video', { direction: 'recvonly' });
  await negotiate(server, other);
  sent.through(sender);
  await sent.write(300);
  const labels = 'stream_id="demo",protocol="webrtc",direction="sent",media_kind="video",service_name="demo-sfu"';
  const total = async (what: string) => (await collector.sample(`webrtc_rtp_packets_${what}_total{${labels}}`)) ?? 0;
  const { dropped, written } = sent.counts;
  await until(
    async () => (await total('lost')) === dropped && Math.abs((await total('received')) + dropped - written) < 20,
  );
  await leg.end('deleted');
  await telemetry.shutdown();

  expect(await total('lost')).toBe(dropped);
  expect(
    await collector.sample(
      'webrtc_connection_duration_seconds_count{stream_id="demo",protocol="webrtc",service_name="demo-sfu"}',
    ),
  ).toBe(1);
  const { traces } = await collector.get('/api/traces');
  expect(JSON.stringify(traces)).toContain('webrtc.negotiation');
  const { panels } = await collector.get('/api/series?minutes=5');
  const [line] = panels.packetLoss.lines;
  expect(line).toMatchObject({ label: 'demo-sfu sent', attributes: { 'service.name': 'demo-sfu', direction: 'sent' } });
  expect(line.values.at(-1)).toBeCloseTo(0.05, 1);
  expect((await collector.get('/healthz')).pointsDropped).toEqual({});
});

test('nothing is registered', async () => {
  const [tracers, meters] = [trace.getTracer('a'), metrics.getMeterProvider()];
  const telemetry = startTelemetry({ endpoint: 'http://localhost:9', serviceName: 'sfu' });
  expect(trace.getTracer('a').startSpan('b').isRecording()).toBe(false);
  expect(tracers.startSpan('b').isRecording()).toBe(false);
  expect(metrics.getMeterProvider()).toBe(meters);
  await telemetry.shutdown();
});

test('a collector that is not there: silence, and an end in time', async () => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);
  const said = vi.spyOn(console, 'error');
  onTestFinished(() => {
    process.off('unhandledRejection', rejected);
    said.mockRestore();
  });
  const telemetry = startTelemetry({ endpoint: 'http://localhost:9', serviceName: 'sfu', reportEveryMs: 1000 });
  telemetry.tracerProvider.getTracer('a').startSpan('b').end();
  telemetry.meterProvider.getMeter('a').createCounter('livestream.errors').add(1);
  const began = performance.now();
  await telemetry.shutdown();
  await telemetry.shutdown();
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(rejected).not.toHaveBeenCalled();
  expect(said).not.toHaveBeenCalled();
});

test('spans that were lost are counted when the collector takes some again', async () => {
  const collector = await testCollector();
  let refusing = true;
  const gate = createServer((request, response) => {
    if (refusing) return void request.resume().on('end', () => response.writeHead(400).end());
    const { 'content-length': _, ...headers } = request.headers;
    const onward = ask(collector.url + request.url, { method: 'POST', headers }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((ready) => gate.listen(0, '127.0.0.1', ready));
  const { port } = gate.address() as AddressInfo;
  const telemetry = startTelemetry({ endpoint: `http://127.0.0.1:${port}`, serviceName: 'sfu', reportEveryMs: 1000 });
  const end = (spans: number) => {
    for (let i = 0; i < spans; i++) telemetry.tracerProvider.getTracer('a').startSpan('b').end();
  };
  // More than the queue holds, in one go: nothing can leave in between.
  end(5000);
  const { tracerProvider } = telemetry as unknown as { tracerProvider: { forceFlush(): Promise<void> } };
  await tracerProvider.forceFlush().catch(() => {});
  refusing = false;
  end(1);
  await telemetry.shutdown();
  const dropped = (reason: string) =>
    collector.sample(`livestream_telemetry_dropped_total{error_type="${reason}",service_name="sfu"}`);
  const [full, failed] = [Number(await dropped('span_queue_full')), Number(await dropped('export_failed'))];
  expect([full, failed].every((lost) => lost > 0)).toBe(true);
  expect((await collector.get('/healthz')).spans + full + failed).toBe(5001);
  await new Promise<void>((done) => void gate.close(() => done()));
});

test.each<[Partial<Record<keyof TelemetryOptions, unknown>>, string]>([
  [{ endpoint: 'collector:4318' }, 'endpoint must be an http or https URL, received "collector:4318".'],
  [{ serviceName: ' ' }, 'serviceName must be a text of 1 to 256 characters, received " ".'],
  [{ headers: [] }, 'headers must be an object of texts, received [object Array].'],
  [{ reportEveryMs: 10 }, 'reportEveryMs must be a number of milliseconds from 1000 to 120000, received 10.'],
])('a wrong option throws one sentence: %o', (wrong, sentence) => {
  const options = { endpoint: 'http://localhost:4318', serviceName: 'sfu', ...wrong } as TelemetryOptions;
  expect(() => startTelemetry(options)).toThrow(new TypeError(`playscope: ${sentence}`));
});
