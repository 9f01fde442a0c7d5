import { TraceFlags } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

type Dropped = (reason: 'span_queue_full' | 'export_failed', spans: number) => void;

const mostWaiting = 2048;

/**
 * The stock batches, bounded, with word of the spans that were lost. It comes when the next batch has got through: before, that
 * word would be lost as well.
 */
export function spanQueue(exporter: SpanExporter, dropped: Dropped): SpanProcessor {
  const lost = { span_queue_full: 0, export_failed: 0 };
  let waiting = 0;

  function tell() {
    for (const reason of ['span_queue_full', 'export_failed'] as const) {
      dropped(reason, lost[reason]);
      lost[reason] = 0;
    }
  }

  const batches = new BatchSpanProcessor(
    {
      export(spans, done) {
        waiting -= spans.length;
        exporter.export(spans, (result) => {
          if (result.code === ExportResultCode.SUCCESS) tell();
          else lost.export_failed += spans.length;
          done(result);
        });
      },
      forceFlush: async () => exporter.forceFlush?.(),
      shutdown: () => exporter.shutdown(),
    },
    { maxQueueSize: mostWaiting },
  );

  return {
    onStart: () => {},
    onEnd(span) {
      // As the batches do it.
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      if (sampled && waiting >= mostWaiting) lost.span_queue_full += 1;
      else if (sampled) waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
