/**
 * What `attach` is made of, for pages that build it themselves: with the players that they have and, where they hand over their
 * own OpenTelemetry, without the way to an endpoint.
 */
export { dash } from './adapters/dash.ts';
export { hls } from './adapters/hls.ts';
export { native } from './adapters/media.ts';
export { webrtc } from './adapters/webrtc.ts';
export { attachWith } from './attach.ts';
export { version } from './core/version.ts';
export { otlp } from './delivery.ts';
export type { AttachOptions } from './options.ts';
export type { Snapshot, View } from './view.ts';
export { traceHeaders } from './view.ts';
