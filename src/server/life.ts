/** How far a connection has come. Instants are those of the monotonic clock, ms. */
export type Life = {
  readonly state: string;
  /** Since when it is in this state. */
  readonly since: number;
  /** The first time. */
  readonly connectedAt?: number | undefined;
  /** Unless it recovered, which a restart of ICE can make it. */
  readonly failedAt?: number | undefined;
  readonly disconnects: number;
};

export const born = (at: number): Life => ({ state: 'new', since: at, disconnects: 0 });

/** The life after a look at the state. */
export function lived(life: Life, state: string, at: number): Life {
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
