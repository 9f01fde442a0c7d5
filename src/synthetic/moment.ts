import type { Member } from './crew.ts';
import { bitrate, hasPicture, stallsOf } from './figures.ts';
import { quantile } from './quantile.ts';

/** How it stands in one second of a watch. */
export type Moment = {
  /** Seconds since the first viewer was begun. */
  readonly atSec: number;
  readonly asked: number;
  /** Viewers that have begun and not failed, by what they do. */
  readonly up: number;
  readonly playing: number;
  readonly stalled: number;
  readonly starting: number;
  readonly failed: number;
  /** So far. */
  readonly stalls: number;
  readonly errors: number;
  /** Of the segments that were reported in the last 10 s. */
  readonly fetchP95Sec: number | null;
  /** Mean so far, bit/s. */
  readonly bitrate: number | null;
  /** Of those that play. */
  readonly liveLatencyP50Sec: number | null;
};

export function momentOf(members: readonly Member[], atSec: number, lately: readonly number[]): Moment {
  const viewers = members.flatMap(({ figures }) => figures ?? []);
  const failed = members.filter(({ problem, figures }) => problem || figures?.errors.fatal).length;
  const well = viewers.filter(({ errors }) => !errors.fatal);
  const inState = (name: string) => well.filter(({ state }) => state === name).length;
  const playing = well.filter(({ state }) => state === 'playing');
  const latencies = playing.flatMap(({ liveLatencySec }) => liveLatencySec ?? []);
  return {
    atSec,
    asked: members.length,
    up: well.filter(hasPicture).length,
    playing: playing.length,
    stalled: inState('rebuffering'),
    starting: members.filter(({ begun }) => begun).length - well.filter(hasPicture).length - failed,
    failed,
    stalls: viewers.reduce((all, viewer) => all + stallsOf(viewer), 0),
    errors: viewers.reduce((all, { errors }) => all + errors.count, 0),
    fetchP95Sec: quantile(lately, 0.95),
    bitrate: bitrate({ viewers }),
    liveLatencyP50Sec: quantile(latencies, 0.5),
  };
}
