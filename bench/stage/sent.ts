import { gzipSync } from 'node:zlib';

/** A request as it came to the sink: when (Unix ms), its size on the wire without the body, and the body in base64. */
export type Sent = {
  readonly arrivedAt: number;
  readonly method: string;
  readonly path: string;
  readonly headerBytes: number;
  readonly encoding: string | null;
  readonly body: string;
};

/** Sums of requests; preflights are counted apart, with their headers in the sum. `gzipBytes`: all bodies, each compressed. */
export type Traffic = {
  readonly requests: number;
  readonly preflights: number;
  readonly bodyBytes: number;
  readonly gzipBytes: number;
  readonly headerBytes: number;
};

// Requests of one report follow each other at once.
const togetherMs = 500;

export function traffic(sent: readonly Sent[]): Traffic {
  const posts = sent.filter(({ method }) => method !== 'OPTIONS');
  const bodies = posts.map(({ body, encoding }) => ({ bytes: Buffer.from(body, 'base64'), encoding }));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    requests: posts.length,
    preflights: sent.length - posts.length,
    bodyBytes: sum(bodies.map(({ bytes }) => bytes.length)),
    gzipBytes: sum(bodies.map(({ bytes, encoding }) => (encoding ? bytes : gzipSync(bytes)).length)),
    headerBytes: sum(sent.map(({ headerBytes }) => headerBytes)),
  };
}

/**
 * A minute of the steady state, which begins at `from` (Unix ms): from the first time that something is sent to the last, so that
 * it does not matter where in a period the viewing ended. NaN where it was sent once only.
 */
export function steadyMinute(sent: readonly Sent[], from: number): Traffic {
  const reports = reportsOf(sent.filter(({ arrivedAt }) => arrivedAt >= from));
  const startOf = (report: readonly Sent[] | undefined) => report?.[0]?.arrivedAt ?? Number.NaN;
  const ms = startOf(reports.at(-1)) - startOf(reports[0]);
  return scaled(traffic(reports.slice(0, -1).flat()), ms > 0 ? 60_000 / ms : Number.NaN);
}

/** What was sent, by the times that something was sent at. */
export function reportsOf(sent: readonly Sent[]): readonly (readonly Sent[])[] {
  const reports: Sent[][] = [];
  for (const each of sent) {
    const open = reports.at(-1);
    if (open && each.arrivedAt - (open.at(-1)?.arrivedAt ?? 0) <= togetherMs) open.push(each);
    else reports.push([each]);
  }
  return reports;
}

/** A part of viewers who send the one, the rest who send the other. */
export function mixed(share: number, one: Traffic, other: Traffic): Traffic {
  return added(scaled(one, share), scaled(other, 1 - share));
}

const fields = ['requests', 'preflights', 'bodyBytes', 'gzipBytes', 'headerBytes'] as const;

function each(of: (field: (typeof fields)[number]) => number): Traffic {
  return Object.fromEntries(fields.map((field) => [field, of(field)])) as Traffic;
}

const scaled = (traffic: Traffic, by: number) => each((field) => traffic[field] * by);
const added = (one: Traffic, other: Traffic) => each((field) => one[field] + other[field]);
