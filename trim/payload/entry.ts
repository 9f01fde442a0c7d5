// What the payload comparison calls: the providers that ship, and the constants that a caller needs.
export { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
export { providers } from '../../src/telemetry/providers.ts';
