/** Dashboards as Grafana wants them, made from the table of panels. */
import { prometheusName } from '../../src/collector/expose/prometheus.ts';
import type { Dashboard, Panel, Spans } from './panel.ts';

const metricsSource = { type: 'prometheus', uid: 'metrics' };
const tracesSource = { type: 'jaeger', uid: 'traces' };
const height = 8;

/** One dashboard file. */
export function dashboardJson({ id, title, panels }: Dashboard): string {
  return file({
    uid: `playscope-${id}`,
    title: `Playscope: ${title}`,
    panels: laidOut(panels.map(metricPanel)),
    templating: { list: [stream] },
  });
}

/** The spans of one session, and through them everything that they are joined with. */
export function sessionJson(): string {
  const target = { refId: 'A', queryType: 'search', service: 'web-player', tags: 'session.id=$session', limit: 100 };
  const panel = { type: 'table', title: 'Traces of $session', datasource: tracesSource, targets: [target], width: 24 };
  const session = { name: 'session', label: 'session.id', type: 'textbox', query: '' };
  return file({
    uid: 'playscope-session',
    title: 'Playscope: One session',
    panels: laidOut([panel], 2 * height),
    templating: { list: [session] },
  });
}

const stream = {
  ...{ name: 'stream', label: 'Stream', type: 'query', datasource: metricsSource },
  query: `label_values(${prometheusName('livestream.viewer.presence')}, stream_id)`,
  ...{ refresh: 2, includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' } },
};

function metricPanel({ title, width, unit, queries, big, threshold, spans }: Panel) {
  const steps = [
    { color: 'green', value: null },
    ...(threshold === undefined ? [] : [{ color: 'red', value: threshold }]),
  ];
  return {
    ...{ type: big ? 'stat' : 'timeseries', title, datasource: metricsSource, width },
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps },
        custom: {
          fillOpacity: 10,
          showPoints: 'never',
          thresholdsStyle: { mode: threshold === undefined ? 'off' : 'line' },
        },
        ...(spans && { links: [{ title: 'Traces', url: traces(spans) }] }),
      },
      overrides: [],
    },
    targets: queries.map(({ expr, legend }, i) => ({ refId: String.fromCharCode(65 + i), expr, legendFormat: legend })),
  };
}

/** Grafana's Explore with the spans of the panel's time. */
function traces({ service, operation }: Spans): string {
  const pane = {
    datasource: tracesSource.uid,
    queries: [{ refId: 'A', datasource: tracesSource, queryType: 'search', service, operation }],
    range: { from: variable('__from'), to: variable('__to') },
  };
  return `/explore?schemaVersion=1&panes=${JSON.stringify({ traces: pane })}`;
}

/** A variable of Grafana's, also where it is no template of ours. */
function variable(name: string): string {
  return `\${${name}}`;
}

/** From left to right, and down where a row is full. */
function laidOut<P extends { readonly width: number }>(panels: readonly P[], h = height) {
  let [x, y] = [0, 0];
  return panels.map(({ width, ...panel }, i) => {
    if (x + width > 24) [x, y] = [0, y + h];
    const gridPos = { x, y, w: width, h };
    x += width;
    return { id: i + 1, ...panel, gridPos };
  });
}

function file(dashboard: object): string {
  const common = { schemaVersion: 39, editable: false, refresh: '10s', time: { from: 'now-30m', to: 'now' } };
  return `${JSON.stringify({ ...dashboard, ...common }, null, 2)}\n`;
}
