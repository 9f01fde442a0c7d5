export type { InstrumentedOrigin, OriginOptions } from './origin.ts';
export { instrumentOrigin } from './origin.ts';
export type { PeerConnection } from './peer-connection.ts';
export type { InstrumentedPeerConnection, PeerConnectionOptions } from './sfu.ts';
export { instrumentPeerConnection } from './sfu.ts';
export type { Telemetry, TelemetryOptions } from './telemetry.ts';
export { startTelemetry } from './telemetry.ts';
