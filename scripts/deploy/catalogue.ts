/** What the Collector and the store must know of the catalogue. */
import type { Metric, MetricName } from '../../src/core/signals.ts';
import { metricAttributes, metrics, playerMetrics, spans } from '../../src/core/signals.ts';
import { label } from './promql.ts';

type Table = Readonly<Record<string, Metric>>;

// What a report of three minutes can have counted at most, by unit, some ten times over: so much is one lie worth.
const mostOfReport: Readonly<Record<string, number>> = {
  // Media can be played at a multiple of its speed.
  s: 3000,
  bit: 1e12,
  By: 1e11,
  '{frame}': 100_000,
  '{packet}': 10_000_000,
  '{sample}': 100_000_000,
  '{item}': 100_000,
};
const mostEvents = 2000;

/** Processors that hold what comes in to the catalogue, merged into the Collector's own configuration. */
export function collectorCatalogue(): string {
  return `processors:
  filter/players:
    metric_conditions:
${conditions(playerMetrics)}
${bounds(playerMetrics)}
    trace_conditions:
      - not IsMatch(span.name, "${oneOf(Object.values(spans))}")

  filter/servers:
    metric_conditions:
${conditions(without(metrics, 'livestream.viewers.concurrent'))}

  transform/attributes:
    metric_statements:
      - keep_keys(datapoint.attributes, [${metricAttributes.map((name) => `"${name}"`).join(', ')}])
      - truncate_all(datapoint.attributes, 128)
`;
}

/** What the Collector makes of each report of presence: that its session was there. vmagent counts them, and stores no id. */
export const sessions = 'livestream_viewer_sessions';
/** The same, whatever protocol and region a session claims. */
export const streamSessions = `stream_id:${sessions}`;
/** Which viewers are counted apart. */
export const viewerLabels = ['stream.id', 'protocol', 'region', 'viewer.kind'] as const;

/**
 * Stream aggregation: the deltas of all senders become counters before they are stored.
 *
 * @param interval between two samples of a counter, as vmagent has it: `10s`.
 */
export function aggregation(interval: string): string {
  const by = [...metricAttributes, 'service.name', 'le'].map(label);
  return `# The Collector marks deltas so. Sums since a start are counters already, and pass.
- match: '{temporality="delta"}'
  interval: ${interval}
  # A series that is silent for less goes on where it was; after that it is forgotten, and starts at 0.
  staleness_interval: 1h
  by: [${by.join(', ')}]
  outputs: [sum_samples_total]
  keep_metric_names: true
  flush_on_shutdown: true

# How many sessions there were in each minute: one that claims more than its time is still one.
- match: '${sessions}'
  # A hidden tab may report once a minute.
  interval: 1m
  by: [${viewerLabels.map(label).join(', ')}]
  outputs: [count_series]
  keep_metric_names: true
- match: '${sessions}'
  interval: 1m
  drop_input_labels: [protocol, region]
  by: [stream_id, viewer_kind]
  outputs: [count_series]
  output_relabel_configs:
    - { target_label: __name__, replacement: '${streamSessions}' }
`;
}

/** Not a metric of the table, or not as the table has it. */
function conditions(table: Table): string {
  const types = [
    ['SUM', 'counter'],
    ['HISTOGRAM', 'histogram'],
    ['GAUGE', 'gauge'],
  ] as const;
  const known = types.flatMap(([type, kind]) => {
    const names = Object.keys(table).filter((name) => table[name]?.kind === kind);
    return names.length > 0
      ? [`(metric.type == METRIC_DATA_TYPE_${type} and IsMatch(metric.name, "${oneOf(names)}"))`]
      : [];
  });
  const bounds = Object.entries(table).flatMap(([name, metric]) =>
    metric.kind === 'histogram' ? [[name, JSON.stringify(metric.edges)] as const] : [],
  );
  const alike = (edges: string) => bounds.filter(([, others]) => others === edges).map(([name]) => name);
  return [
    `not (${known.join(' or ')})`,
    'metric.type == METRIC_DATA_TYPE_SUM and metric.is_monotonic == false',
    // Only histograms with the catalogue's edges can be added to each other.
    ...[...new Set(bounds.map(([, edges]) => edges))].map(
      (edges) => `IsMatch(metric.name, "${oneOf(alike(edges))}") and String(datapoint.explicit_bounds) != "${edges}"`,
    ),
  ]
    .map((condition) => `      - ${condition}`)
    .join('\n');
}

/** More than a player can have counted. The number is compared first: few points are so large that their name is looked at. */
function bounds(table: Table): string {
  const counters = Object.entries(table).filter(([, { kind }]) => kind === 'counter');
  const most = ({ unit }: Metric) => mostOfReport[unit] ?? mostEvents;
  return [...new Set(counters.map(([, metric]) => most(metric)))]
    .map((limit) => {
      const names = counters.filter(([, metric]) => most(metric) === limit).map(([name]) => name);
      return `      - datapoint.value_double > ${limit}.0 and IsMatch(metric.name, "${oneOf(names)}")`;
    })
    .join('\n');
}

function oneOf(names: readonly string[]): string {
  return `^(${names.map((name) => name.replaceAll('.', '[.]')).join('|')})$`;
}

function without(table: Table, name: MetricName): Table {
  return Object.fromEntries(Object.entries(table).filter(([each]) => each !== name));
}
