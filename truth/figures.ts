/** How far a figure may be off. */
export type Tolerance =
  /** `%` is of what is true, `points` are the difference of two percentages. */
  | { readonly kind: 'within'; readonly most: number; readonly unit: 'ms' | '%' | 'points' }
  | { readonly kind: 'exact' }
  /** At least this share of the cases is right, in percent. */
  | { readonly kind: 'share'; readonly least: number };

export type Figure = {
  readonly title: string;
  readonly tolerance: Tolerance;
  /** What a browser or the demo makes impossible. */
  readonly limit?: string;
};

const ms = (most: number): Tolerance => ({ kind: 'within', most, unit: 'ms' });
const percent = (most: number): Tolerance => ({ kind: 'within', most, unit: '%' });
const points = (most: number): Tolerance => ({ kind: 'within', most, unit: 'points' });
const exact: Tolerance = { kind: 'exact' };

const table = {
  startup: { title: 'startup duration', tolerance: ms(100) },
  stallCount: { title: 'stalls that were injected', tolerance: exact },
  noStall: { title: 'stalls where nothing stalled', tolerance: exact },
  stallDuration: { title: 'stall duration', tolerance: ms(150) },
  stallCause: {
    title: 'stall cause',
    tolerance: { kind: 'share', least: 95 },
    limit: 'Keys are withheld in HLS only: the demo has one licence for all of its encrypted DASH.',
  },
  fetchDuration: { title: 'fetch duration', tolerance: ms(20) },
  ttfb: { title: 'fetch time to first byte', tolerance: ms(20) },
  fetchResult: { title: 'fetch result: ok, failed, aborted', tolerance: exact },
  fetchStatus: { title: 'fetch status', tolerance: exact },
  fetchRetry: { title: 'fetch retry number', tolerance: exact },
  fetchBytes: {
    title: 'fetch bytes',
    tolerance: exact,
    limit:
      'Of an answer that broke off or was given up, browsers tell the bytes every 50 ms and not at its end: whole answers are compared.',
  },
  averageBitrate: { title: 'average bitrate', tolerance: percent(2) },
  switches: { title: 'switches on screen', tolerance: exact },
  droppedFrames: { title: 'frames rendered, frames dropped', tolerance: exact },
  seek: { title: 'seek duration', tolerance: ms(100) },
  liveLatency: { title: 'live latency', tolerance: ms(200) },
  presence: { title: 'presence seconds', tolerance: percent(1) },
  viewers: { title: 'concurrent viewers, by session', tolerance: exact },
  meanViewers: { title: 'concurrent viewers, by presence', tolerance: percent(5) },
  states: { title: 'states add up to wall time', tolerance: ms(1) },
  packetLoss: { title: 'packet loss ratio of an interval', tolerance: points(0.5) },
  nacks: { title: 'NACK packets sent', tolerance: percent(2) },
  plis: { title: 'PLI packets sent', tolerance: percent(2) },
  counters: {
    title: "counters equal the browser's last ones",
    tolerance: exact,
    limit:
      'Firefox tells no retransmissions. Where it begins its counters anew, what came after the last look and before is not told.',
  },
  freezeCount: { title: 'freezes that were injected', tolerance: exact },
  freezeDuration: { title: 'freeze duration, over and in progress', tolerance: ms(300) },
  jitter: { title: 'jitter under injected delay', tolerance: percent(20) },
  roundTrip: { title: 'round-trip time under injected delay', tolerance: percent(20) },
  connectionSetup: { title: 'connection setup duration', tolerance: ms(200) },
  connectionDuration: { title: 'connection duration', tolerance: ms(200) },
  connectionStates: { title: 'time in connection states', tolerance: ms(200) },
  connectionEnd: { title: 'how the connection ended', tolerance: exact },
  accounts: { title: 'what a changed connection counted: no fall, no jump, nothing twice', tolerance: exact },
  pollingCost: {
    title: 'share of one core that polling takes',
    tolerance: points(1),
    limit: 'Of Firefox, no page can tell what it takes: the cost of polling is told of Chromium.',
  },
  pageErrors: { title: 'random calls: exceptions of the SDK in the page', tolerance: exact },
  playsOn: { title: 'random calls: playback ends as without the SDK', tolerance: exact },
  invariants: { title: 'random calls: invariants broken', tolerance: exact },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof table;

/** The table of the truth bench: what is compared, and how far it may be off. A row that fails is a bug, never a reason to widen it. */
export const figures: Readonly<Record<FigureName, Figure>> = table;
