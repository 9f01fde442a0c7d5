/** How far a figure may be off. */
export type Tolerance =
  | { readonly kind: 'within'; readonly most: number; readonly unit: 'ms' | '%' }
  | { readonly kind: 'exact' }
  /** At least this share of the cases is right, in percent. */
  | { readonly kind: 'share'; readonly least: number };

export type Figure = {
  readonly title: string;
  readonly tolerance: Tolerance /** A row that cannot be filled says why. */;
};

const ms = (most: number): Tolerance => ({ kind: 'within', most, unit: 'ms' });
const percent = (most: number): Tolerance => ({ kind: 'within', most, unit: '%' });
const exact: Tolerance = { kind: 'exact' };

/** The table of the truth bench: what is compared, and how far it may be off. A row that fails is a bug, never a reason to widen it. */
export const figures = {
  startup: { title: 'startup duration', tolerance: ms(100) },
  stallCount: { title: 'stalls that were injected', tolerance: exact },
  noStall: { title: 'stalls where nothing stalled', tolerance: exact },
  stallDuration: { title: 'stall duration', tolerance: ms(150) },
  stallCause: { title: 'stall cause', tolerance: { kind: 'share', least: 95 } },
  fetchDuration: { title: 'fetch duration', tolerance: ms(20) },
  ttfb: { title: 'fetch time to first byte', tolerance: ms(20) },
  fetchResult: { title: 'fetch result: ok, failed, aborted', tolerance: exact },
  fetchStatus: { title: 'fetch status', tolerance: exact },
  fetchRetry: { title: 'fetch retry number', tolerance: exact },
  fetchBytes: { title: 'fetch bytes', tolerance: exact },
  averageBitrate: { title: 'average bitrate', tolerance: percent(2) },
  switches: { title: 'switches on screen', tolerance: exact },
  droppedFrames: { title: 'dropped frames', tolerance: exact },
  seek: { title: 'seek duration', tolerance: ms(100) },
  liveLatency: { title: 'live latency', tolerance: ms(200) },
  presence: { title: 'presence seconds', tolerance: percent(1) },
  viewers: { title: 'concurrent viewers, by session', tolerance: exact },
  meanViewers: { title: 'concurrent viewers, by presence', tolerance: percent(5) },
  states: { title: 'states add up to wall time', tolerance: ms(1) },
  pageErrors: { title: 'random calls: exceptions that reach the page', tolerance: exact },
  playsOn: { title: 'random calls: playback ends as without the SDK', tolerance: exact },
  invariants: { title: 'random calls: invariants broken', tolerance: exact },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;
