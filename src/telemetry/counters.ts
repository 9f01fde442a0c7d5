import type { Session, Totals } from '../core/session.ts';
import { freshSession } from '../core/session.ts';
import type { PlayerMetricName } from '../core/signals.ts';
import type { Measure } from './instruments.ts';

// Each account is one value of viewer.state; before a play, and after the end, nobody is present.
const presence = [
  ['playing', 'playing'],
  ['rebuffering', 'stalled'],
  ['starting', 'starting'],
  ['seeking', 'seeking'],
  ['paused', 'paused'],
] as const;

const counts: readonly (readonly [keyof Totals, PlayerMetricName, Record<string, string>?])[] = [
  ['plays', 'livestream.player.plays'],
  ['exitsBeforeStart', 'livestream.player.exits_before_start'],
  ['switchesUp', 'livestream.player.rendition.switches', { direction: 'up' }],
  ['switchesDown', 'livestream.player.rendition.switches', { direction: 'down' }],
  ['mediaSec', 'livestream.player.media.played'],
  ['mediaBits', 'livestream.player.media.bits'],
  ['framesRendered', 'livestream.player.frames.rendered'],
  ['framesDropped', 'livestream.player.frames.dropped'],
];

/** Turns a session's totals into counters: each call adds what came since the one before. */
export function totalsReporter(measure: Measure): (session: Session) => void {
  let reported = freshSession(0);

  return (session) => {
    if (session.view !== reported.view) reported = freshSession(0, session.view);
    const times = { ...reported.times };
    for (const [account, state] of presence) {
      // A stall is dated back: what was told as playing already is not told again until it has caught up.
      const more = session.times[account] - reported.times[account];
      if (more <= 0) continue;
      measure('livestream.viewer.presence', more / 1000, { 'viewer.state': state });
      times[account] = session.times[account];
    }
    for (const [total, name, attributes] of counts) {
      measure(name, session.totals[total] - reported.totals[total], attributes);
    }
    reported = { ...session, times };
  };
}
