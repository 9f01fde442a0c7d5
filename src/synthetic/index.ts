export type { Verdict } from './expect.ts';
export type { FigureValues } from './figures.ts';
export type { Moment } from './moment.ts';
export type { NetworkProfile } from './network.ts';
export type { WatchOptions } from './options.ts';
export type { Problem } from './problem.ts';
export type { Protocol } from './protocol.ts';
export type { ViewerReport, WatchReport } from './report.ts';
export { watch } from './watch.ts';
