import type { Meter, MeterProvider, Tracer, TracerProvider } from '@opentelemetry/api';
import { metrics, trace } from '@opentelemetry/api';
import { version } from '../core/version.ts';

/** Of the given provider, else of the one that is registered with OpenTelemetry. */
export function tracerOf({ tracerProvider }: { readonly tracerProvider?: TracerProvider | undefined }): Tracer {
  return (tracerProvider ?? trace.getTracerProvider()).getTracer('playscope', version);
}

/** Of the given provider, else of the one that is registered with OpenTelemetry. */
export function meterOf({ meterProvider }: { readonly meterProvider?: MeterProvider | undefined }): Meter {
  return (meterProvider ?? metrics.getMeterProvider()).getMeter('playscope', version);
}
