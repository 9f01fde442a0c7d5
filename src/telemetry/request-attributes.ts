import type { Attributes } from '@opentelemetry/api';
import type { Outcome, Phases, Request } from '../core/events.ts';

/** What is known when a request is sent (HTTP client conventions of OpenTelemetry, and CMCD where they end). */
export function requestAttributes(request: Request): Attributes {
  const { hostname, port, protocol } = new URL(request.url);
  return {
    'http.request.method': 'GET',
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'http.request.resend_count': request.retry || undefined,
    'object.type': request.objectType,
    'segment.sequence': request.sequence,
    'segment.part': request.part,
    'segment.duration_s': request.durationSec,
    'rendition.bitrate': request.rendition?.bitrate,
    'rendition.height': request.rendition?.height || undefined,
    'buffer.length_s': request.objectType === 'manifest' ? undefined : hundredths(request.bufferAheadSec),
    'request.blocking': request.blocking,
    'segment.chunked': request.chunked,
  };
}

/** What is known when it has ended. */
export function outcomeAttributes(request: Request, outcome: Outcome): Attributes {
  const { result, status, bytes, errorType, cache, durationMs, ttfbMs, phases } = outcome;
  // CMCD `dl`: what was buffered when a segment was sent for, less the time it took; below 0 it came too late.
  const { durationSec, bufferAheadSec, chunked } = request;
  const inTime = result === 'ok' && !chunked && durationSec !== undefined && bufferAheadSec !== undefined;
  return {
    'fetch.result': result,
    'http.response.status_code': status,
    'error.type': errorType,
    'segment.size_bytes': bytes,
    'cache.status': cache === 'unknown' ? undefined : cache,
    ttfb_s: seconds(ttfbMs),
    deadline_margin_s: inTime ? hundredths(bufferAheadSec - durationMs / 1000) : undefined,
    ...phaseAttributes(phases),
  };
}

function phaseAttributes(phases: Phases = {}): Attributes {
  return {
    'timing.dns_s': seconds(phases.dns),
    'timing.connect_s': seconds(phases.connect),
    'timing.tls_s': seconds(phases.tls),
    'timing.wait_s': seconds(phases.wait),
    'timing.receive_s': seconds(phases.receive),
    'network.protocol.version': version(phases.protocol),
  };
}

/** What lies ahead in a buffer comes in frames. */
function hundredths(sec: number | undefined): number | undefined {
  return sec === undefined ? undefined : Math.round(sec * 100) / 100;
}

/** To a millisecond, which is as much as a network's times say. */
function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms) / 1000;
}

/** ALPN id to the version of the conventions: `h2` is 2, `http/1.1` is 1.1. */
function version(alpn: string | undefined): string | undefined {
  return alpn?.replace(/^(?:http\/|h)/, '');
}
