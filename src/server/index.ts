export type { CapacityOptions } from './capacity.ts';
export { capacity } from './capacity.ts';
export type { ConcurrentViewersOptions } from './concurrent-viewers.ts';
export { concurrentViewers } from './concurrent-viewers.ts';
export type { Ingest, IngestOptions, IngestSample } from './ingest.ts';
export { ingest } from './ingest.ts';
export type { InstrumentedOrigin, OriginOptions } from './origin.ts';
export { instrumentOrigin } from './origin.ts';
export type { PeerConnection } from './peer-connection.ts';
export type { Publications } from './publications.ts';
export { publications } from './publications.ts';
export type {
  Publish,
  Published,
  PublisherOptions,
  PublishSteps,
  Segment,
  SegmentProtocol,
  Step,
} from './publish.ts';
export { publisher } from './publish.ts';
export {
  fromTraceparent,
  objectOfSidecar,
  publishHeader,
  toSidecar,
  toTraceparent,
} from './publish-context.ts';
export type { InstrumentedPeerConnection, PeerConnectionOptions } from './sfu.ts';
export { instrumentPeerConnection } from './sfu.ts';
export type { Telemetry, TelemetryOptions } from './telemetry.ts';
export { startTelemetry } from './telemetry.ts';
export type { TokenOf, ViewerTokens, ViewerTokensOptions } from './viewer-tokens.ts';
export { viewerTokens } from './viewer-tokens.ts';
