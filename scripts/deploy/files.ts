// The files of deploy/, and the page about capacity, that are made from the catalogue, the alert table and the table of panels; written by `npm run docs`.
// A test fails when one is stale.
import { writeFileSync } from 'node:fs';
import { capacityPage } from './capacity.ts';
import { aggregation, collectorCatalogue } from './catalogue.ts';
import { dashboardJson, sessionJson } from './grafana.ts';
import { dashboards } from './panels.ts';
import { alertRules, viewerRules } from './rules.ts';
import { players, shardAggregation, tokens } from './scale.ts';

const note = '# Made from src/core by `npm run docs`.\n';
const yaml = {
  'one-machine/collector/catalogue.yaml': collectorCatalogue(),
  'one-machine/vmagent/aggregation.yaml': aggregation('10s'),
  'one-machine/rules/viewers.yaml': viewerRules(),
  'one-machine/rules/alerts.yaml': alertRules(),
  'scale/collector/players.yaml': players(),
  'scale/vmagent/aggregation.yaml': shardAggregation(),
  'scale/tokens/tokens.yaml': tokens(),
};
const json = Object.fromEntries(
  dashboards.map((dashboard) => [`one-machine/grafana/dashboards/${dashboard.id}.json`, dashboardJson(dashboard)]),
);

/** Text by path. */
export const files: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...Object.entries(yaml).map(([path, text]): [string, string] => [path, note + text]),
    ...Object.entries(json),
    ['one-machine/grafana/dashboards/session.json', sessionJson()] as [string, string],
  ]
    .map(([path, text]): [string, string] => [`deploy/${path}`, text])
    .concat([['docs/guides/capacity.md', capacityPage()]]),
);

if (import.meta.main) for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
