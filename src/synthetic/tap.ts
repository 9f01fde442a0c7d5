import { gunzipSync } from 'node:zlib';
import { decodeRequest } from '../collector/receive/decode.ts';
import { readSpans } from '../collector/receive/read-spans.ts';
import { spans } from '../core/signals.ts';
import type { Sample } from './sample.ts';
import { sampleOf } from './sample.ts';

/** Durations that no snapshot has, as the viewers' own telemetry tells them; seconds. */
export type Durations = { readonly fetchSec: Sample; readonly ttfbSec: Sample; readonly stallSec: Sample };

export type ExportRequest = {
  readonly signal: 'metrics' | 'traces';
  readonly contentType: string;
  /** `gzip` or nothing. */
  readonly contentEncoding: string;
  readonly body: Buffer;
};

// What comes twice comes within the two minutes in which a transport tries again.
const mostRemembered = 100_000;

/** Reads along what viewers send. The same spans may come twice, when an answer to them was lost. */
export function tap(): { readonly durations: Durations; take(request: ExportRequest): void } {
  const durations: Durations = { fetchSec: sampleOf(), ttfbSec: sampleOf(), stallSec: sampleOf() };
  const seen = new Set<string>();

  function take({ signal, contentType, contentEncoding, body }: ExportRequest) {
    if (signal !== 'traces') return;
    const plain = contentEncoding === 'gzip' ? gunzipSync(body) : body;
    const encoding = contentType.includes('json') ? 'json' : 'protobuf';
    for (const { spanId, name, durationMs, attributes: of } of readSpans(decodeRequest(signal, encoding, plain))
      .spans) {
      if (seen.has(spanId)) continue;
      seen.add(spanId);
      const [oldest = ''] = seen;
      if (seen.size > mostRemembered) seen.delete(oldest);
      if (name === spans.stall) durations.stallSec.add(durationMs / 1000);
      // As the metric has it: what the server held back on purpose, or was still producing, says nothing about the network.
      if (name !== spans.segment || of['fetch.result'] !== 'ok' || of['request.blocking']) continue;
      // Sent because of trouble: beside a sample of all viewers these would be too many.
      if (of['sampling.reason'] !== undefined) continue;
      if (!of['segment.chunked']) durations.fetchSec.add(durationMs / 1000);
      if (typeof of.ttfb_s === 'number') durations.ttfbSec.add(of.ttfb_s);
    }
  }

  return { durations, take };
}
