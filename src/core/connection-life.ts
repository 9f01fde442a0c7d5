/** How far a peer connection has come, to players and to servers alike. Instants are those of the monotonic clock, ms. */
export type ConnectionLife<State extends string = string> = {
  readonly state: State;
  /** Since when it is in this state. */
  readonly since: number;
  /** The first time. */
  readonly connectedAt?: number | undefined;
  /** Since when it has failed, unless it recovered, which a restart of ICE can make it. */
  readonly failedAt?: number | undefined;
  readonly disconnects: number;
};

/** The life of a connection that is seen for the first time. */
export function bornConnection<State extends string>(at: number, state: State): ConnectionLife<State> {
  return { state, since: at, failedAt: state === 'failed' ? at : undefined, disconnects: 0 };
}

/** The life after a look at the state; the same one where that is as it was. */
export function livedConnection<State extends string>(
  life: ConnectionLife<State>,
  state: State,
  at: number,
): ConnectionLife<State> {
  if (state === life.state) return life;
  const failing = state === 'failed' || (state === 'closed' && life.failedAt !== undefined);
  return {
    state,
    since: at,
    connectedAt: life.connectedAt ?? (state === 'connected' ? at : undefined),
    failedAt: failing ? (life.failedAt ?? at) : undefined,
    disconnects: life.disconnects + (state === 'disconnected' ? 1 : 0),
  };
}
