/** Every query of every dashboard against the store, as the files have it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line, Range } from './query.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';

export type Panel = {
  readonly type: 'timeseries' | 'stat' | 'table';
  readonly title: string;
  /** Of 24 columns. */
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds: { readonly steps: readonly { readonly color: string; readonly value: number | null }[] };
      readonly links?: readonly object[];
    };
  };
  readonly targets: readonly { readonly expr?: string; readonly legendFormat?: string }[];
};
export type Dashboard = { readonly file: string; readonly title: string; readonly panels: readonly Panel[] };
export type Answer = { readonly panel: string; readonly legend: string; readonly lines: readonly Line[] };

/** The dashboards of a folder. */
export function readDashboards(folder: string): Dashboard[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, ...JSON.parse(readFileSync(join(folder, file), 'utf8')) }));
}

/** What a panel's queries find, of all streams. */
export async function answersOf({ title, targets }: Panel, range: Range): Promise<Answer[]> {
  const asked = targets.flatMap(({ expr, legendFormat = '' }) => (expr ? { expr, legend: legendFormat } : []));
  return Promise.all(
    asked.map(async ({ expr, legend }) => ({
      ...{ panel: title, legend },
      lines: await range(expr.replaceAll('$__rate_interval', '1m').replaceAll('$stream', '.*')),
    })),
  );
}

/** One row for each dashboard: how many of its queries have an answer. */
export async function panelRows(dashboards: readonly Dashboard[], range: Range): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { title, panels } of dashboards) {
    const answers = (await Promise.all(panels.map((panel) => answersOf(panel, range)))).flat();
    // Traces are asked of Jaeger.
    if (answers.length === 0) continue;
    const isSilent = ({ lines }: Answer) =>
      !lines.some(({ values }) => values.some(([, value]) => Number.isFinite(value)));
    const silent = new Set(answers.filter(isSilent).map(({ panel }) => panel));
    const found = silent.size === 0 ? `${answers.length} answer` : `none: ${[...silent].join(', ')}`;
    rows.push(fact(`panels of ${title}`, `${answers.length} answer`, found));
  }
  return rows;
}
