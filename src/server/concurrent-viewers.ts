import type { MeterProvider, ObservableResult } from '@opentelemetry/api';
import { serverMetrics } from '../core/signals.ts';
import { wrongOption } from './options.ts';
import { meterOf } from './providers.ts';

export type ConcurrentViewersOptions = {
  /** Base URL of the Playscope collector that counts; it is asked for `/api/viewers`. */
  readonly collector: string;
  /** Added to each question, for example an authorization. */
  readonly headers?: Record<string, string> | undefined;
  /** Default: the one that is registered with OpenTelemetry. Its exports must not go to the collector that counts. */
  readonly meterProvider?: MeterProvider | undefined;
};

/** A part of the answer of `GET /api/viewers`. */
type Group = {
  readonly streamId: string;
  readonly protocol: string;
  readonly region: string | null;
  readonly viewerKind: string;
  readonly viewers: number;
};

const answerMs = 2000;

/**
 * `livestream.viewers.concurrent`, as a Playscope collector counts it, for another back end: asked for at each export. A gauge of
 * each player's own could never be added up, so only one process may publish it. When the collector does not answer within two
 * seconds, nothing is told, and not 0; of which an exporter of cumulative temporality makes the value before. Never throws; a
 * wrong option gives one console message, and nothing is measured.
 */
export function concurrentViewers(options: ConcurrentViewersOptions): { end(): void } {
  const wrong = wrongOption('viewers', options);
  if (wrong !== undefined) {
    console.error(`${wrong} Nothing is measured.`);
    return { end() {} };
  }
  const { collector, headers = {} } = options;
  const url = `${collector.replace(/\/+$/, '')}/api/viewers`;
  const { unit } = serverMetrics['livestream.viewers.concurrent'];
  const gauge = meterOf(options).createObservableGauge('livestream.viewers.concurrent', { unit });

  async function observe(result: ObservableResult) {
    for (const { streamId, protocol, region, viewerKind, viewers } of await groupsNow(url, headers)) {
      const where = region === null ? {} : { region };
      result.observe(viewers, { 'stream.id': streamId, protocol, ...where, 'viewer.kind': viewerKind });
    }
  }

  gauge.addCallback(observe);
  return { end: () => gauge.removeCallback(observe) };
}

async function groupsNow(url: string, headers: Record<string, string>): Promise<readonly Group[]> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(answerMs) });
    if (!response.ok) return [];
    const { groups } = (await response.json()) as { readonly groups?: readonly Group[] };
    return Array.isArray(groups) ? groups : [];
  } catch {
    return [];
  }
}
