import type { Sender } from './senders.ts';

/** Viewer states that count as watching. A paused viewer is there, but watches nothing. */
export const watchingStates = ['playing', 'stalled', 'starting', 'seeking'] as const;
export const viewerStates = [...watchingStates, 'paused'] as const;
export type ViewerState = (typeof viewerStates)[number];

export const presenceMetric = 'livestream.viewer.presence';

const mostInOneReport = 180;
const slack = 5;
const queueSeconds = 600;

/**
 * The most seconds of presence that one point of this report may hold: what has passed since the session's last report, and
 * a half more. Time has passed on the receiver's clock or, for reports that waited in a queue, on the sender's; the latter
 * may run ahead by ten minutes in all, so that a forged session is never worth much more than one viewer.
 */
export function mostPresence(sender: Sender, start: number, time: number, now: number): number {
  const elapsed = (now - sender.firstArrival) / 1000;
  const budget = 1.5 * (elapsed + queueSeconds) - sender.presence;
  if (Number.isNaN(sender.lastTime)) return Math.min(mostInOneReport, budget);
  const arrived = now - sender.lastArrival;
  const measured = time < sender.lastTime ? time - start : time - sender.lastTime;
  const trusted = (time - sender.firstTime) / 1000 <= elapsed + queueSeconds;
  const seconds = Math.max(arrived, trusted && measured > 0 ? measured : 0) / 1000;
  return Math.min(mostInOneReport, budget, 1.5 * seconds + slack);
}

/** Seconds until this session reports again, as its resource says: 30 when it does not say, at most ten minutes. */
export function secondsToNextReport(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? Math.min(value, 600) : 30;
}
