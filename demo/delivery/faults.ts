import { pause, unixMs } from '../clock.ts';
import { matches } from '../faults/order.ts';
import type { Effect, RuleOrder } from './rule.ts';
import { isOfPublications, readRule } from './rule.ts';
import type { Store, StoredObject } from './store.ts';
import { isPlaylist } from './store.ts';

/** A request as the log names it. Publications have method `PUBLISH` and no client. */
export type Target = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly client: { readonly address: string; readonly port: number } | null;
  readonly traceparent: string | null;
};

/** What a fault really did to one request or publication. Instants are Unix ms with fractions; null: not (yet). */
export type FaultEntry = Target & {
  readonly fault: string;
  readonly effect: Effect;
  readonly at: number;
  status: number | null;
  bytes: number;
  /** The wait that the fault really added, in ms. */
  addedMs: number;
  /** The end of the fault let the answer go before its own time was over. */
  released: boolean;
  releasedAt: number | null;
  /** The answer did not get through whole: the client left, or the fault cut it. */
  aborted: boolean;
  finishedAt: number | null;
};

/** A fault at work on one request. */
export type Hit = {
  readonly effect: Effect;
  readonly value: number;
  readonly entry: FaultEntry;
  /** Aborts when the fault ends. */
  readonly ended: AbortSignal;
  /** What the playlist was when a `stale` fault began. */
  readonly frozen: StoredObject | undefined;
  finish(): void;
};

/** The steps of a publication that a fault can slow. */
export type SlowStep = 'mux' | 'encrypt' | 'upload' | 'manifest';

export type Faults = ReturnType<typeof createFaults>;

type Rule = RuleOrder & {
  readonly id: string;
  readonly addedAt: number;
  readonly endsAt: number | null;
  readonly frozen: ReadonlyMap<string, StoredObject>;
  readonly end: AbortController;
  left: number;
  open: number;
};

const logLength = 2000;

/** The faults of one origin: the rules in force, and the record of what they did. */
export function createFaults(store: Store) {
  const rules = new Map<string, Rule>();
  const log: FaultEntry[] = [];
  let added = 0;

  function add(order: RuleOrder): string {
    const id = `fault-${++added}`;
    const end = new AbortController();
    const addedAt = unixMs();
    const { durationMs, count = Number.POSITIVE_INFINITY } = order;
    const frozen = order.effect === 'stale' ? playlistsNow(store, order.match) : new Map();
    const endsAt = durationMs === undefined ? null : addedAt + durationMs;
    rules.set(id, { ...order, id, addedAt, endsAt, frozen, end, left: count, open: 0 });
    if (durationMs !== undefined) void pause(durationMs, end.signal).then((over) => over && remove(id));
    return id;
  }

  /** Ends one fault, or all, and lets go what was held. Returns how many there were. */
  function remove(id?: string): number {
    const ending = id === undefined ? [...rules.values()] : [rules.get(id)].filter((rule) => rule !== undefined);
    for (const rule of ending) {
      rules.delete(rule.id);
      rule.end.abort();
    }
    return ending.length;
  }

  /** The faults that meet this request, in the order in which they were added; each counts it as one of its own. */
  function meet(target: Target, isWanted = (effect: Effect) => !isOfPublications(effect)): Hit[] {
    const met = [...rules.values()].filter(
      (rule) =>
        rule.left > 0 &&
        isWanted(rule.effect) &&
        (rule.effect !== 'stale' || rule.frozen.has(target.path)) &&
        matches(rule.match, target.path),
    );
    return met.map((rule) => hit(rule, target));
  }

  function hit(rule: Rule, target: Target): Hit {
    const { id: fault, effect, value = 0, end } = rule;
    const pending = { status: null, bytes: 0, addedMs: 0, released: false, releasedAt: null } as const;
    const entry: FaultEntry = {
      fault,
      effect,
      at: unixMs(),
      ...target,
      ...pending,
      aborted: false,
      finishedAt: null,
    };
    log.push(entry);
    log.splice(0, log.length - logLength);
    rule.left--;
    rule.open++;
    return {
      effect,
      value,
      entry,
      ended: end.signal,
      frozen: rule.frozen.get(target.path),
      finish() {
        entry.finishedAt = unixMs();
        // A used-up rule stays as long as it holds something, so that it can still be deleted.
        if (--rule.open === 0 && rule.left === 0) remove(rule.id);
      },
    };
  }

  /** For the packager: resolves when the segment may be published. */
  async function holdPublication(path: string, dueAt: number, signal: AbortSignal): Promise<void> {
    await holdAll(meet(publication(path), is('late')), ({ value }) => dueAt + value - unixMs(), signal);
  }

  /** For the packager: resolves when a step may go on that a fault slows; undefined where none does. */
  function slowStep(step: SlowStep, path: string, signal: AbortSignal): Promise<void> | undefined {
    const slow = meet(publication(path), is(`slow-${step}`));
    return slow.length > 0 ? holdAll(slow, ({ value }) => value, signal) : undefined;
  }

  /** For the packager: which share of the segment's frames does not come in. */
  function frameLoss(path: string): number {
    const hits = meet(publication(path), is('drop-frames'));
    for (const hit of hits) hit.finish();
    return Math.max(0, ...hits.map(({ value }) => value));
  }

  function list() {
    return [...rules.values()].map(({ frozen, end, left, open, ...rule }) => ({
      ...rule,
      left: Number.isFinite(left) ? left : null,
      open,
    }));
  }

  return {
    read: readRule,
    add,
    remove,
    meet,
    holdPublication,
    slowStep,
    frameLoss,
    list,
    log: (): readonly FaultEntry[] => log,
  };
}

/** Holds something back for `ms`, or until the fault ends or `gone` aborts, and writes it into the log. */
export async function hold({ entry, ended }: Hit, ms: number, gone: AbortSignal): Promise<void> {
  const from = unixMs();
  await pause(ms, ended, gone);
  entry.addedMs += unixMs() - from;
  entry.released = ended.aborted && !gone.aborted;
  entry.releasedAt = unixMs();
}

/** Holds a publication back for what each fault says, one after the other. */
async function holdAll(hits: readonly Hit[], msOf: (hit: Hit) => number, gone: AbortSignal): Promise<void> {
  for (const hit of hits) {
    await hold(hit, msOf(hit), gone);
    hit.entry.aborted = gone.aborted;
    hit.finish();
  }
}

function publication(path: string): Target {
  return { method: 'PUBLISH', path, query: '', client: null, traceparent: null };
}

const is = (wanted: Effect) => (effect: Effect) => effect === wanted;

function playlistsNow(store: Store, match: string): Map<string, StoredObject> {
  return new Map([...store].filter(([path]) => isPlaylist(path) && matches(match, path)));
}
