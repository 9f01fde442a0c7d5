import type { Span, Trace } from '../api.ts';

/** A stretch of the time axis, as shares of its length. */
export type Stretch = { readonly left: number; readonly width: number };

export type Row = {
  readonly span: Span;
  /** 0 is the root of its trace. */
  readonly depth: number;
  readonly bar: Stretch;
  /** The network phases inside the bar, as shares of the bar. */
  readonly phases: readonly (Stretch & { readonly name: string; readonly seconds: number })[];
};

export type Waterfall = {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly left: number; readonly ms: number }[];
  /** The rows of each trace, in the order given; null for a trace too far away in time to share an axis. */
  readonly groups: readonly (readonly Row[] | null)[];
};

const phaseNames = ['dns', 'connect', 'tls', 'wait', 'receive'];
const nearMs = 15_000;

/** Lays out the first trace, and on the same time axis those of the others that happened near it. Ticks count from its start. */
export function waterfall(traces: readonly Trace[]): Waterfall {
  const extents = traces.map(({ spans }) => extentOf(spans));
  const main = extents[0] ?? { from: 0, to: 0 };
  const reach = Math.max(nearMs, 2 * (main.to - main.from));
  const near = extents.map(({ from, to }) => from >= main.from - reach && to <= main.to + reach);
  const drawn = extents.filter((_, i) => near[i]);
  const from = Math.min(main.from, ...drawn.map((extent) => extent.from));
  const to = Math.max(from + 1, ...drawn.map((extent) => extent.to));
  return {
    from,
    to,
    ticks: ticksOf(from - main.from, to - main.from),
    groups: traces.map(({ spans }, i) => (near[i] ? rowsOf(spans, from, to) : null)),
  };
}

/** Lays out groups of spans on an axis that is given; what reaches beyond it is cut. Ticks count from `zeroAt`. */
export function waterfallBetween(
  { from, to, zeroAt }: { readonly from: number; readonly to: number; readonly zeroAt: number },
  groups: readonly (readonly Span[])[],
): Waterfall {
  const end = Math.max(from + 1, to);
  return {
    ...{ from, to: end, ticks: ticksOf(from - zeroAt, end - zeroAt) },
    groups: groups.map((spans) => rowsOf(spans, from, end)),
  };
}

/** The spans in the order of a tree, brothers by their start. A span whose parent is not there is a root. */
function rowsOf(spans: readonly Span[], from: number, to: number): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string | null, Span[]>();
  for (const span of [...spans].sort((a, b) => a.startedAt - b.startedAt || b.durationMs - a.durationMs)) {
    const { parentSpanId, spanId } = span;
    const parent = parentSpanId !== null && parentSpanId !== spanId && ids.has(parentSpanId) ? parentSpanId : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: Row[] = [];
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const visit = (span: Span, depth: number) => {
    const left = share(span.startedAt);
    const bar = { left, width: share(span.startedAt + span.durationMs) - left };
    rows.push({ span, depth, bar, phases: phasesOf(span) });
    for (const child of children.get(span.spanId) ?? []) visit(child, depth + 1);
  };
  for (const root of children.get(null) ?? []) visit(root, 0);
  return rows;
}

/**
 * The phases that the browser told, at the end of the bar: what is missing before them is the wait in the queue. Without
 * phases the time to first byte still parts waiting from receiving.
 */
export function phasesOf({ attributes, durationMs }: Pick<Span, 'attributes' | 'durationMs'>): Row['phases'] {
  const whole = durationMs / 1000;
  if (whole <= 0) return [];
  let told = phaseNames.map((name) => ({ name, seconds: seconds(attributes[`timing.${name}_s`]) }));
  const ttfb = seconds(attributes.ttfb_s);
  if (told.every((phase) => phase.seconds === 0)) {
    if (ttfb === 0 || ttfb > whole) return [];
    told = [
      { name: 'wait', seconds: ttfb },
      { name: 'receive', seconds: whole - ttfb },
    ];
  }
  const sum = told.reduce((all, phase) => all + phase.seconds, 0);
  const scale = Math.max(whole, sum);
  const queued = scale - sum;
  let left = 0;
  return [{ name: 'queued', seconds: queued }, ...told].flatMap((phase) => {
    const width = phase.seconds / scale;
    left += width;
    return phase.seconds > 0.0005 ? [{ ...phase, left: left - width, width }] : [];
  });
}

function extentOf(spans: readonly Span[]): { from: number; to: number } {
  const from = Math.min(...spans.map(({ startedAt }) => startedAt));
  return { from, to: Math.max(...spans.map(({ startedAt, durationMs }) => startedAt + durationMs)) };
}

/** Round steps of 1, 2 or 5, three to six of them. */
function ticksOf(fromMs: number, toMs: number): Waterfall['ticks'] {
  const length = toMs - fromMs;
  const power = 10 ** Math.floor(Math.log10(length / 3));
  const step = [5, 2, 1].map((factor) => factor * power).find((size) => length / size >= 3) ?? power;
  const first = Math.ceil(fromMs / step - 1e-9);
  const count = Math.floor(toMs / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => ({
    ms: (first + i) * step,
    left: ((first + i) * step - fromMs) / length,
  }));
}

function seconds(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
