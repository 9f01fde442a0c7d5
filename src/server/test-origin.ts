// A measured origin over real sockets, whose telemetry is kept.
import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { SpanContext } from '@opentelemetry/api';
import { afterEach, expect, vi } from 'vitest';
import type { OriginOptions } from './origin.ts';
import { instrumentOrigin } from './origin.ts';
import { keptTelemetry } from './test-telemetry.ts';

export const publish: SpanContext = { traceId: 'd'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 1 };
export const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
export const media = Buffer.alloc(200_000, 7);
export const name = 'livestream.origin.request';
/** Run after each test. */
export const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export async function listening(server: Server | Http2Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `ended` waits until so many requests are told. */
export function measured(options: Partial<OriginOptions> = {}) {
  const kept = keptTelemetry();
  const { tracerProvider, meterProvider } = kept;
  const publications = { contextOf: (path: string) => (path.includes('seg') ? publish : undefined) };
  const origin = instrumentOrigin({ streamId: 'demo', publications, tracerProvider, meterProvider, ...options });
  closing.push(origin.stop);
  return { ...kept, origin, ended: (count: number) => vi.waitFor(() => expect(kept.spans(name)).toHaveLength(count)) };
}
