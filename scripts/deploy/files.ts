// The files of deploy/ that are made from the catalogue, the alert table and the table of panels; written by `npm run docs`.
// A test fails when one is stale.
import { writeFileSync } from 'node:fs';
import { aggregation, collectorCatalogue } from './catalogue.ts';
import { dashboardJson, sessionJson } from './grafana.ts';
import { dashboards } from './panels.ts';
import { alertRules, viewerRules } from './rules.ts';

const note = '# Made from src/core by `npm run docs`.\n';
const yaml = {
  'collector/catalogue.yaml': collectorCatalogue(),
  'vmagent/aggregation.yaml': aggregation(),
  'rules/viewers.yaml': viewerRules(),
  'rules/alerts.yaml': alertRules(),
};
const json = Object.fromEntries(
  dashboards.map((dashboard) => [`grafana/dashboards/${dashboard.id}.json`, dashboardJson(dashboard)]),
);

/** Text by path. */
export const files: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...Object.entries(yaml).map(([path, text]): [string, string] => [path, note + text]),
    ...Object.entries(json),
    ['grafana/dashboards/session.json', sessionJson()] as [string, string],
  ].map(([path, text]) => [`deploy/one-machine/${path}`, text]),
);

if (import.meta.main) for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
