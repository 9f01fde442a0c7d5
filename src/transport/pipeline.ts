import { guard } from '../page/guard.ts';
import { lifecycle } from '../page/lifecycle.ts';
import type { Batch, Dropped, Transport, TransportOptions } from './transport.ts';
import { within } from './within.ts';

/** One source of telemetry on the page, for example one player. */
export type Member = {
  /**
   * What is due now. Must need only microtasks: after `pagehide` no task runs any more.
   *
   * @param nextReportMs when this member is asked again at the latest; 0 when nobody may ask again.
   */
  collect(why: 'tick' | 'hidden' | 'leave' | 'end', nextReportMs: number): Promise<readonly Batch[]>;
};

export type Membership = {
  /** Reports soon instead of at the next turn, at most once a second. */
  report(): void;
  /** Collects a last time and leaves. The last member of a pipeline waits until all is sent, at most 10 s. */
  leave(): Promise<void>;
  /** What the pipeline lost since its start, for all its members together. */
  dropped(): Dropped;
  /** What it lost since any member took it: every loss is reported once. */
  takeDropped(): Dropped;
};

export type PipelineOptions = TransportOptions & {
  readonly reportEveryMs: number;
  /** Absent where members have nothing to send, and only have to be asked in time. */
  readonly transport?: ((options: TransportOptions) => Transport) | undefined;
};

/** Browsers run the timers of a hidden tab once a minute. */
const HIDDEN_REPORT_MS = 75_000;
const MIN_REPORT_MS = 1_000;
const COLLECT_MS = 1_000;

const nowhere: Transport = {
  send() {},
  leave() {},
  dropped: () => ({ queue_full: 0, refused: 0, too_large: 0, gave_up: 0 }),
  async drained() {},
  async close() {},
};

const open: ReturnType<typeof pipeline>[] = [];

/**
 * Joins the page's pipeline to this endpoint: one timer, one transport and one set of page listeners for all members
 * with the same endpoint and headers, reporting at the shortest of their periods. It ends with its last member.
 */
export function join(member: Member, options: PipelineOptions): Membership {
  let shared = open.find((other) => other.serves(options));
  if (!shared) {
    shared = pipeline(options);
    open.push(shared);
  }
  return shared.add(member, options.reportEveryMs);
}

function pipeline(options: PipelineOptions) {
  const link = options.transport?.(options) ?? nowhere;
  const safe = guard();
  const listening = new AbortController();
  const members = new Map<Member, { everyMs: number; busy?: boolean }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let left = false;
  let ending: Promise<unknown> = Promise.resolve();

  const period = () => Math.min(...[...members.values()].map(({ everyMs }) => everyMs));

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    dueAt = performance.now() + delayMs;
    timer = setTimeout(tick, delayMs);
  }

  function reportWithin(delayMs: number): void {
    if (members.size && performance.now() + delayMs < dueAt) schedule(delayMs);
  }

  const reportSoon = () => reportWithin(Math.max(0, reportedAt + MIN_REPORT_MS - performance.now()));

  async function ask(member: Member, ...what: Parameters<Member['collect']>): Promise<readonly Batch[]> {
    try {
      return await member.collect(...what);
    } catch {
      // This member's report is missing; the others go out.
      return [];
    }
  }

  function deliver(batches: readonly Batch[]): void {
    if (left) link.leave(batches);
    else batches.forEach(link.send);
  }

  const tick = safe(() => {
    reportedAt = performance.now();
    const delayMs = period() * (0.9 + Math.random() * 0.2);
    schedule(delayMs);
    const nextReportMs = document.hidden ? Math.max(delayMs, HIDDEN_REPORT_MS) : delayMs;
    for (const [member, state] of members) {
      if (state.busy) continue;
      state.busy = true;
      ask(member, 'tick', nextReportMs).then((batches) => {
        state.busy = false;
        deliver(batches);
      });
    }
  });

  /** One departure for all members, so that the metrics of each go before the spans of any. */
  const depart = safe(async (why: 'hidden' | 'leave', nextReportMs: number) => {
    const batches = await Promise.all([...members.keys()].map((member) => ask(member, why, nextReportMs)));
    link.leave(batches.flat());
  });

  lifecycle(
    {
      onHide: () => depart('hidden', Math.max(period(), HIDDEN_REPORT_MS)),
      onShow: reportSoon,
      onLeave() {
        left = true;
        depart('leave', 0);
      },
      onReturn() {
        left = false;
        reportSoon();
      },
    },
    listening.signal,
  );

  let taken: Record<string, number> = {};
  function takeDropped(): Dropped {
    const before = taken;
    taken = link.dropped();
    return Object.fromEntries(
      Object.entries(taken).map(([reason, count]) => [reason, count - (before[reason] ?? 0)]),
    ) as Dropped;
  }

  const self = {
    serves: ({ endpoint, headers }: PipelineOptions) =>
      bare(endpoint) === bare(options.endpoint) &&
      (headers === options.headers ||
        (typeof headers === 'object' && JSON.stringify(headers) === JSON.stringify(options.headers))),
    add(member: Member, everyMs: number): Membership {
      members.set(member, { everyMs });
      // At a random phase, so that the viewers of one start do not report together for ever.
      reportWithin(everyMs * (0.2 + Math.random() * 0.3));
      return {
        report: safe(reportSoon),
        leave: safe(async () => {
          if (!members.delete(member)) return;
          const last = !members.size;
          if (last) {
            clearTimeout(timer);
            open.splice(open.indexOf(self), 1);
          }
          ending = Promise.all([ending, ask(member, 'end', 0).then(deliver)]);
          // A member that never answers must not keep the pipeline alive.
          await within(COLLECT_MS, ending).catch(() => {});
          if (!last) return link.drained();
          await link.close();
          listening.abort();
        }) as () => Promise<void>,
        dropped: link.dropped,
        takeDropped,
      };
    },
  };
  return self;
}

const bare = (endpoint: string) => endpoint.replace(/\/+$/, '');
