/** Fills an engine with an evening, in the order in which a Collector would have written it. */
import type { Report, Viewing } from './audience.ts';
import { audience, streams } from './audience.ts';
import type { Engine } from './engine.ts';
import { histogramRows, sumRows } from './metric-rows.ts';
import { publications, viewingRows } from './span-rows.ts';

export type Evening = {
  readonly viewings: readonly Viewing[];
  /** A viewing whose requests were traced, and how many publications these link. */
  readonly traced: { readonly viewing: Viewing; readonly publications: number };
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
};

type Arrival = { readonly viewing: Viewing; readonly report: Report };

const rowsOfAnInsert = 20_000;

/** Eight o'clock of this day, also where that is still to come: what were older would be deleted while it is counted. */
export function thisEvening(): number {
  const dayMs = 86_400_000;
  return Math.floor(Date.now() / dayMs) * dayMs + (20 / 24) * dayMs;
}

/** @param from when it begins, Unix ms. */
export async function fillEvening(engine: Engine, sessions: number, seed: number, from: number): Promise<Evening> {
  const viewings = audience(sessions, seed, from);
  const arrivals = arrivalsOf(viewings);
  const published = publications(from);
  const rows: Record<string, number> = {};
  await write('otel_metrics_sum', arrivals, ({ viewing, report }) => sumRows(viewing, report));
  await write('otel_metrics_histogram', arrivals, ({ viewing, report }) => histogramRows(viewing, report));
  await write('otel_traces', published.rows, (row) => [row]);
  await write('otel_traces', viewings, (viewing, i) => viewingRows(viewing, i, published.of));
  return { viewings, traced: tracedOf(viewings, published.of), rows };

  async function write<T>(table: string, all: readonly T[], rowsOf: (each: T, index: number) => object[]) {
    for (const some of batches(all, rowsOf)) {
      await engine.insert(table, some);
      rows[table] = (rows[table] ?? 0) + some.length;
    }
  }
}

/** Every hundredth report a second time, cut into other batches: what Kafka and pages that try again may do. */
export async function replay(engine: Engine, { viewings }: Evening): Promise<number> {
  const again = arrivalsOf(viewings).filter((_, i) => i % 100 === 0);
  const rows = again.flatMap(({ viewing, report }) => sumRows(viewing, report));
  await engine.insert('otel_metrics_sum', rows);
  return again.length;
}

function arrivalsOf(viewings: readonly Viewing[]): Arrival[] {
  const arrivals = viewings.flatMap((viewing) => viewing.reports.map((report) => ({ viewing, report })));
  return arrivals.sort((a, b) => a.report.at - b.report.at);
}

function tracedOf(viewings: readonly Viewing[], of: ReturnType<typeof publications>['of']): Evening['traced'] {
  const index = viewings.findIndex(
    ({ traced, streamId, reports }) => traced && streamId === streams[0] && reports.length > 9,
  );
  const viewing = viewings[index];
  if (!viewing) throw new Error('sessions: expected so many that one of them is traced.');
  const links = viewingRows(viewing, index, of).flatMap(
    (row) => (row as { 'Links.TraceId': string[] })['Links.TraceId'],
  );
  return { viewing, publications: new Set(links).size };
}

function* batches<T>(all: readonly T[], rowsOf: (each: T, index: number) => object[]): Generator<object[]> {
  let batch: object[] = [];
  for (const [i, each] of all.entries()) {
    batch.push(...rowsOf(each, i));
    if (batch.length < rowsOfAnInsert) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
