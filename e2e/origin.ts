type Fault = {
  readonly match: string;
  readonly effect: 'delay' | 'throttle' | 'status' | 'truncate' | 'hang' | 'stale' | 'late' | 'slow-upload';
  readonly value?: number;
  readonly count?: number;
  readonly durationMs?: number;
};
/** One answered request, as the origin saw it; times in Unix ms. */
export type Answered = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly bytes: number;
  readonly receivedAt: number;
  readonly firstByteAt: number | null;
  readonly finishedAt: number;
  readonly aborted: boolean;
  /** The faults that met it, by their ids. */
  readonly faults: readonly string[];
  readonly traceparent?: string | null;
};

export type Origin<F = Fault> = {
  readonly url: string;
  /** Returns the id by which the fault log names it. */
  fault(fault: F): Promise<string>;
  /** Ends all faults and lets go of everything that is held. */
  heal(): Promise<void>;
  requests(): Promise<Answered[]>;
  faultLog(): Promise<{ readonly path: string; readonly effect: string; readonly fault: string }[]>;
};

/** Faults, and the truth about what was done. */
export function originApi<F = Fault>(url: string): Origin<F> {
  const list = async (path: string) => {
    const body = await (await fetch(`${url}${path}`)).json();
    return Array.isArray(body) ? body : (Object.values(body).find(Array.isArray) ?? []);
  };
  return {
    url,
    async fault(fault) {
      const answer = await fetch(`${url}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(`the origin refused the fault: ${await answer.text()}`);
      return (await answer.json()).id;
    },
    async heal() {
      await fetch(`${url}/faults`, { method: 'DELETE' });
    },
    requests: () => list('/faults/requests'),
    faultLog: () => list('/faults/log'),
  };
}
