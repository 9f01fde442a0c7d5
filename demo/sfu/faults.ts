import { pause, unixMs } from '../clock.ts';
import { matches } from '../faults/order.ts';
import { createLossPattern } from './loss-pattern.ts';
import type { RuleOrder } from './rule.ts';
import { readRule } from './rule.ts';
import type { Kind, Session } from './session.ts';
import { pathOf } from './session.ts';

/** What a rule did to one kind of media of a session: packets that it met, and of them those that it kept back. */
export type RuleTally = { packets: number; dropped: number; rtx: number; rtxDropped: number };

/** A rule, in force or over. Instants are Unix ms with fractions; null: not (yet). */
export type RuleEntry = RuleOrder & {
  readonly id: string;
  readonly addedAt: number;
  readonly endsAt: number | null;
  endedAt: number | null;
  /** By session id, then kind. */
  readonly sessions: Record<string, Partial<Record<Kind, RuleTally>>>;
};

/** A rule at work on one session. */
export type Hit = {
  readonly rule: RuleEntry;
  tally(kind: Kind): RuleTally;
  /** Whether a `loss` takes the next packet of this kind. */
  isLost(kind: Kind, isRtx: boolean): boolean;
};

export type Faults = ReturnType<typeof createFaults>;

type Rule = RuleEntry & { readonly end: AbortController; readonly flows: Map<string, () => boolean> };

const logLength = 200;

/** The faults of one SFU. `onChange` is called when a rule has begun or ended, with it. */
export function createFaults(onChange: (rule: RuleEntry) => void) {
  const rules = new Map<string, Rule>();
  const log: Rule[] = [];
  let added = 0;

  function add(order: RuleOrder): string {
    const id = `fault-${++added}`;
    const addedAt = unixMs();
    const { durationMs } = order;
    const endsAt = durationMs === undefined ? null : addedAt + durationMs;
    const end = new AbortController();
    const rule = { ...order, id, addedAt, endsAt, endedAt: null, sessions: {}, end, flows: new Map() };
    rules.set(id, rule);
    log.push(rule);
    log.splice(0, log.length - logLength);
    onChange(rule);
    // Who comes back after a kill finds a server that is well again, unless the order says for how long it is not.
    if (order.effect === 'kill' && durationMs === undefined) remove(id);
    if (durationMs !== undefined) void pause(durationMs, end.signal).then((over) => over && remove(id));
    return id;
  }

  /** Ends one rule, or all. Returns how many there were. */
  function remove(id?: string): number {
    const ending = id === undefined ? [...rules.values()] : [rules.get(id)].filter((rule) => rule !== undefined);
    for (const rule of ending) {
      rules.delete(rule.id);
      rule.endedAt = unixMs();
      rule.end.abort();
      rule.flows.clear();
      onChange(rule);
    }
    return ending.length;
  }

  /** The rules in force that meet a session, in the order in which they were added. */
  function meet(session: Session): Hit[] {
    return [...rules.values()].filter((rule) => meets(rule, session)).map((rule) => hit(rule, session));
  }

  /** Lets go of a session that nobody can ask for any more. */
  function forget({ id }: Session): void {
    for (const { sessions, flows } of rules.values()) {
      delete sessions[id];
      for (const flow of flows.keys()) if (flow.startsWith(id)) flows.delete(flow);
    }
  }

  const told = ({ end: _, flows: __, ...rule }: Rule): RuleEntry => rule;
  return {
    read: readRule,
    add,
    remove,
    meet,
    meets,
    forget,
    list: () => [...rules.values()].map(told),
    log: () => log.map(told),
  };
}

function meets({ match }: RuleEntry, session: Session): boolean {
  return matches(match, pathOf(session));
}

function hit(rule: Rule, { id }: Session): Hit {
  return {
    rule,
    tally(kind) {
      rule.sessions[id] ??= {};
      const kinds = rule.sessions[id];
      kinds[kind] ??= { packets: 0, dropped: 0, rtx: 0, rtxDropped: 0 };
      return kinds[kind];
    },
    isLost(kind, isRtx) {
      if (isRtx && !rule.rtx) return false;
      // One pattern for each flow, so that the share is exact for sound and picture each, whatever the mix.
      const flow = `${id} ${kind} ${isRtx}`;
      const pattern = rule.flows.get(flow) ?? createLossPattern(rule.value ?? 0, rule.seed ?? 1);
      rule.flows.set(flow, pattern);
      return pattern();
    },
  };
}
