/** `at`: ms on the page's clock. */
export type StateChange = { readonly at: number; readonly state: RTCPeerConnectionState };

/** A report of `getStats()` as the browser gives it. */
export type Report = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
} & { readonly [name: string]: string | number | boolean | undefined };

/** All that a witness saw of one connection; times in ms on the page's clock. */
export type Sight = {
  /** Unix ms of the page's clock at 0. */
  readonly timeOrigin: number;
  readonly createdAt: number;
  readonly states: readonly StateChange[];
  /** When each frame was painted. */
  readonly frames: readonly number[];
};

export type Interval = { readonly from: number; readonly ms: number };

// A standstill that a viewer sees: webrtc-stats calls a gap a freeze from its mean interval and 150 ms on, and at 20 frames a
// second that is 200 ms.
const shortestMs = 300;

/** The times in which nothing new was painted, from the last frame to the next. */
export function standstills({ frames }: Sight, until = frames.at(-1) ?? 0): Interval[] {
  return [...frames, until].flatMap((at, index, all) => {
    const from = all[index - 1] ?? at;
    return at - from >= shortestMs ? [{ from, ms: at - from }] : [];
  });
}

/** From the making of the connection until it stood, ms. */
export function setupMs({ createdAt, states }: Sight): number {
  return (states.find(({ state }) => state === 'connected')?.at ?? Number.NaN) - createdAt;
}

/** How long the connection was in each state until an instant of the page's clock, ms. */
export function inStates({ createdAt, states }: Sight, until: number): Partial<Record<RTCPeerConnectionState, number>> {
  const times: Partial<Record<RTCPeerConnectionState, number>> = {};
  let [state, since]: [RTCPeerConnectionState, number] = ['new', createdAt];
  for (const next of [...states, { at: until, state: 'closed' as const }]) {
    times[state] = (times[state] ?? 0) + next.at - since;
    [state, since] = [next.state, next.at];
  }
  return times;
}

/** A figure of all streams of a kind and direction that a browser tells it of, added up; undefined where it tells it of none. */
export function total(
  reports: readonly Report[],
  name: string,
  kind?: 'audio' | 'video',
  type: 'inbound-rtp' | 'outbound-rtp' = 'inbound-rtp',
): number | undefined {
  const values = reports
    .filter((report) => report.type === type && (kind === undefined || report.kind === kind))
    .flatMap((report) => (typeof report[name] === 'number' ? [report[name]] : []));
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
}
