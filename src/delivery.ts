import { providers } from './telemetry/providers.ts';
import type { Transport, TransportOptions } from './transport/transport.ts';
import { transport } from './transport/transport.ts';

/** How telemetry is made and carried where the page has no OpenTelemetry of its own. */
export type Delivery = {
  providers: typeof providers;
  transport(options: TransportOptions): Transport;
};

/** The OpenTelemetry SDK, and OTLP over HTTP to the endpoint. */
export const otlp: Delivery = { providers, transport };
