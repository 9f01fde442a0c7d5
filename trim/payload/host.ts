// A page that runs OpenTelemetry itself, untrimmed and registered, with a logger that would show every warning.
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-web';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';

export { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';

export const ended: ReadableSpan[] = [];
export const logged: string[] = [];

const log = (...words: unknown[]) => logged.push(words.join(' '));
const provider = new WebTracerProvider({
  spanProcessors: [{ onStart() {}, onEnd: (span) => ended.push(span), async forceFlush() {}, async shutdown() {} }],
});
provider.register();
diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.WARN);

export const tracer = provider.getTracer('host');
