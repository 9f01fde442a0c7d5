import { originApi } from './origin.ts';

export type RtcFault = {
  /** Part of, or a glob over `/whip/{stream}/{session}` and `/whep/{stream}/{session}`. */
  readonly match: string;
  readonly effect: 'loss' | 'delay' | 'freeze' | 'cap' | 'kill';
  readonly value?: number;
  readonly seed?: number;
  readonly durationMs?: number;
};

/** What was done with the packets of one kind; NACK and PLI as they came from the viewer, or went to the publisher. */
export type Handled = {
  readonly packets: number;
  readonly dropped: number;
  readonly rtx: number;
  readonly rtxDropped: number;
  readonly nacks: number;
  readonly plis: number;
};

/** One leg, as the SFU saw it; times in Unix ms. */
export type SfuSession = {
  readonly id: string;
  readonly stream: string;
  readonly role: 'publisher' | 'viewer';
  readonly peerId: string;
  readonly state: string;
  readonly connectedAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
  readonly kinds: Readonly<Record<'audio' | 'video', Handled>>;
};

export type Sfu = {
  readonly url: string;
  /** Returns the id by which the fault log names it. */
  fault(fault: RtcFault): Promise<string>;
  /** Ends all faults. */
  heal(): Promise<void>;
  sessions(): Promise<SfuSession[]>;
  session(id: string): Promise<SfuSession>;
};

/** Faults, and the truth about what was done. */
export function sfuApi(url: string): Sfu {
  const { fault, heal } = originApi<RtcFault>(url);
  const sfu: Sfu = {
    url,
    fault,
    heal,
    async sessions() {
      const body = await (await fetch(`${url}/sessions`)).json();
      return Array.isArray(body) ? body : body.sessions;
    },
    async session(id) {
      const found = (await sfu.sessions()).find((session) => session.id === id);
      if (!found) throw new Error(`the SFU has no session ${id}`);
      return found;
    },
  };
  return sfu;
}
