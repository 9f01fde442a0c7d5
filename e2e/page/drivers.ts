import { dashDriver } from './dash-driver.ts';
import type { Driver, Settings } from './driver.ts';
import { hlsDriver } from './hls-driver.ts';

/** Makes the player that the page has loaded. */
function makePlayer(settings: Settings = {}, own: object = {}): Driver {
  return 'dashjs' in window ? dashDriver(settings, own) : hlsDriver(settings, own);
}

Object.assign(globalThis, { makePlayer });

export type MakePlayer = typeof makePlayer;
export type { Driver, Rendition, Settings } from './driver.ts';
