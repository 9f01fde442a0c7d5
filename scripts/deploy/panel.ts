/** What a panel is, and the queries that panels are made of: of the streams that are chosen, over the window that is shown. */
import type { MetricName } from '../../src/core/signals.ts';
import type { Attribute, Matcher } from './promql.ts';
import { label, mean, perSecond, quantile, share, sum, viewers } from './promql.ts';

/** One line, or one for each of its labels; `legend` names them. */
export type Query = { readonly expr: string; readonly legend: string };
/** One picture. */
export type Panel = {
  readonly title: string;
  /** Columns of 24. */
  readonly width: number;
  /** One of Grafana's. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** The present value in large letters. */
  readonly big?: boolean;
  /** Drawn as a line: what an alert of the table compares with. */
  readonly threshold?: number;
  /** The spans that a point of this panel leads to. */
  readonly spans?: Spans;
};
/** What to look for among traces. */
export type Spans = { readonly service: string; readonly operation: string };
/** A page of panels, from left to right and down. */
export type Dashboard = { readonly id: string; readonly title: string; readonly panels: readonly Panel[] };

/** Grafana's window: long enough for four reports, longer where a whole day is shown. */
export const window = '$__rate_interval';
/** The streams that are chosen. */
export const ofStream: readonly Matcher[] = [['stream.id', '=~', '$stream']];
/** Without probes. */
export const real: readonly Matcher[] = [...ofStream, ['viewer.kind', '=', 'real']];
/** Where players and servers count the same, the servers have a name. */
export const ofPlayers: readonly Matcher[] = [...ofStream, ['service.name', '=', '']];
/** What a server receives and what it sends are different ways, and players see a third. */
export const leg: readonly Attribute[] = ['service.name', 'direction'];

/** Spans of players. */
export const player = (operation: string): Spans => ({ service: 'web-player', operation });
/** A legend that names these attributes. */
export const legend = (by: readonly Attribute[]) => by.map((name) => `{{${label(name)}}}`).join(' ');

/** Concurrent viewers by an attribute. */
export const viewersBy = (attribute: Attribute): Query[] => [
  { expr: sum(viewers, [attribute], real), legend: legend([attribute]) },
];
/** A counter's increase a second. */
export const rateOf = (metric: MetricName, by: readonly Attribute[], where = ofStream): Query[] => [
  { expr: perSecond(metric, { window, by, where }), legend: legend(by) },
];
/** Median and 95th percentile of a histogram. */
export const quantilesOf = (metric: MetricName, by: readonly Attribute[] = []): Query[] =>
  [0.5, 0.95].map((q) => ({
    expr: quantile(q, metric, { window, by, where: ofStream }),
    legend: `${legend(by)} p${q * 100}`.trim(),
  }));
/** Mean of a histogram. */
export const meanOf = (metric: MetricName, by: readonly Attribute[]): Query[] => [
  { expr: mean(metric, { window, by, where: ofStream }), legend: legend(by) },
];
/** One counter's part of several. */
export const shareOf = (part: MetricName, of: readonly MetricName[], by: readonly Attribute[]): Query[] => [
  { expr: share(part, of, { window, by, where: ofStream }), legend: legend(by) },
];
