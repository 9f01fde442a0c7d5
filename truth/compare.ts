import type { FigureName, Tolerance } from './figures.ts';
import { figures } from './figures.ts';

export const protocolsCompared = ['hls', 'dash', 'webrtc', 'any'] as const;
export const browsersCompared = ['chromium', 'firefox'] as const;

/** By what a measurement was made, and where. */
export type Played = {
  /** `any` where no player of a protocol is needed. */
  readonly protocol: (typeof protocolsCompared)[number];
  readonly browser: (typeof browsersCompared)[number];
};

/** What the witness or a server says, and what the SDK says. Durations in ms, shares and ratios in percent. */
export type Measurement = Played & {
  readonly figure: FigureName;
  readonly case: string;
  readonly expected: number | string;
  readonly received: number | string | null;
};

export type Row = Played & {
  readonly figure: FigureName;
  readonly cases: number;
  /** In the unit of the tolerance; where it has none, how many cases are wrong. */
  readonly median: number;
  readonly worst: number;
  readonly held: boolean;
  /** The cases outside the tolerance. */
  readonly wrong: readonly Measurement[];
};

/** The rows of the table that were measured, in the table's order, by protocol and browser. */
export function rowsOf(measurements: readonly Measurement[]): Row[] {
  const names = Object.keys(figures) as FigureName[];
  return names.flatMap((figure) =>
    protocolsCompared.flatMap((protocol) =>
      browsersCompared.flatMap((browser) => {
        const of = measurements.filter(
          (each) => each.figure === figure && each.protocol === protocol && each.browser === browser,
        );
        return of.length > 0 ? [rowOf(figure, { protocol, browser }, of)] : [];
      }),
    ),
  );
}

function rowOf(figure: FigureName, played: Played, of: readonly Measurement[]): Row {
  const { tolerance } = figures[figure];
  const errors = of.map((each) => errorOf(each, tolerance)).sort((a, b) => Math.abs(a) - Math.abs(b));
  const wrong = of.filter(
    (each) => !(Math.abs(errorOf(each, tolerance)) <= (tolerance.kind === 'within' ? tolerance.most : 0)),
  );
  const held = tolerance.kind === 'share' ? rightOf(of.length, wrong.length) >= tolerance.least : wrong.length === 0;
  const middle = errors[Math.floor((errors.length - 1) / 2)] as number;
  const last = errors.at(-1) as number;
  return {
    figure,
    ...played,
    cases: of.length,
    median: tolerance.kind === 'within' ? middle : 0,
    worst: tolerance.kind === 'within' ? last : wrong.length,
    held,
    wrong,
  };
}

/** Received minus expected, in the unit of the tolerance; 1 where they merely differ. What was not received is endlessly wrong. */
export function errorOf({ expected, received }: Measurement, tolerance: Tolerance): number {
  if (tolerance.kind !== 'within') return Object.is(expected, received) ? 0 : 1;
  if (typeof expected !== 'number' || typeof received !== 'number') return Number.POSITIVE_INFINITY;
  const off = received - expected;
  // Of nothing, nothing is the share.
  return tolerance.unit === '%' && off !== 0 ? (off / expected) * 100 : off;
}

function rightOf(cases: number, wrong: number): number {
  return ((cases - wrong) / cases) * 100;
}
