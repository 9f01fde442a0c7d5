export { attach } from './attach.ts';
export { version } from './core/version.ts';
export type { AttachOptions } from './options.ts';
export type { Snapshot, View } from './view.ts';
export { traceHeaders } from './view.ts';
