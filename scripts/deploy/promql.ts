/** PromQL over the catalogue. A metric or an attribute that it does not have does not compile. */
import { prometheusName } from '../../src/collector/expose/prometheus.ts';
import type { MetricName, metricAttributes } from '../../src/core/signals.ts';

/** What may stand on a series: the catalogue's attributes, and which server it came from. */
export type Attribute = (typeof metricAttributes)[number] | 'service.name';

/** What to look at: over which window, one line for each combination of which attributes, of which series only. */
export type Selection = {
  readonly window: string;
  readonly by?: readonly Attribute[];
  readonly where?: readonly Matcher[];
};
export type Matcher = readonly [attribute: Attribute, operator: '=' | '!=' | '=~' | '!~', value: string];

/** Mean concurrent viewers, as the recording rule keeps them. */
export const viewers = prometheusName('livestream.viewers.concurrent');

/** The same of a stream, whose real viewers alone count. */
export const streamViewers = `stream_id:${viewers}:sum`;

/** Increase of a counter a second. */
export function perSecond(metric: MetricName, selection: Selection): string {
  return sumOfRates(prometheusName(metric), selection);
}

/** Quantile of a histogram, in the unit of its metric. */
export function quantile(q: number, metric: MetricName, { by = [], ...selection }: Selection): string {
  const buckets = `sum by (${[...by.map(label), 'le'].join(', ')}) (${rate(`${prometheusName(metric)}_bucket`, selection)})`;
  return `histogram_quantile(${q}, ${buckets})`;
}

/** Mean of a histogram, in the unit of its metric. */
export function mean(metric: MetricName, selection: Selection): string {
  const name = prometheusName(metric);
  return `${sumOfRates(`${name}_sum`, selection)} / ${sumOfRates(`${name}_count`, selection)}`;
}

/** Increase of one counter, divided by the increase of all that are named. */
export function share(part: MetricName, of: readonly MetricName[], selection: Selection): string {
  return `${perSecond(part, selection)} / (${of.map((metric) => perSecond(metric, selection)).join(' + ')})`;
}

/** Sum of a gauge or a recorded figure. */
export function sum(name: string, by: readonly Attribute[], where: readonly Matcher[] = []): string {
  return `sum${grouping(by)} (${name}${braces(where)})`;
}

/** Of several figures the smallest that there is, for each combination of attributes. */
export function smallest(expressions: readonly string[], by: readonly Attribute[]): string {
  // A mark keeps apart what has the same labels.
  const marked = expressions.map((expr, index) => `label_replace(${expr}, "of", "${index}", "", "")`);
  return `min${grouping(by)} (${marked.join(' or ')})`;
}

/** The label that an attribute becomes. */
export function label(attribute: string): string {
  return attribute.replace(/[^a-zA-Z0-9_]/g, '_');
}

function sumOfRates(name: string, { by = [], ...selection }: Selection): string {
  return `sum${grouping(by)} (${rate(name, selection)})`;
}

function rate(name: string, { window, where = [] }: Selection): string {
  return `rate(${name}${braces(where)}[${window}])`;
}

function grouping(by: readonly Attribute[]): string {
  return by.length === 0 ? '' : ` by (${by.map(label).join(', ')})`;
}

function braces(where: readonly Matcher[]): string {
  const matchers = where.map(([attribute, operator, value]) => `${label(attribute)}${operator}"${value}"`);
  return matchers.length === 0 ? '' : `{${matchers.join(', ')}}`;
}
