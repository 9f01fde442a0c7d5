import { probe } from './eye.ts';

Object.assign(globalThis, { probe });

export type { Gap, Probe } from './eye.ts';
