/** Reports as players send them in the middle of an evening, as many as there are viewers to play. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { randomFrom } from '../../src/core/test-random.ts';
import { placeIn } from '../crowd.ts';
import { player } from '../player.ts';

export type Report = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

const reportSeconds = 10;
const presence = 'livestream.viewer.presence';
// So many are recorded; more viewers send the same with another session.
const recordedPlayers = 1000;

/**
 * One report of each viewer over the last ten seconds: the second that its player sends.
 *
 * @param streamId of all.
 */
export async function recordReports(viewers: number, streamId: string): Promise<Report[]> {
  const taken: Buffer[] = [];
  const recorder = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    taken.push(Buffer.concat(parts));
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => recorder.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  const random = randomFrom(1);
  const recorded: { text: string; region: string }[] = [];
  for (let i = 0; i < Math.min(viewers, recordedPlayers); i += 1) {
    const place = placeIn(streamId, random);
    const sessionId = session(i);
    const viewer = player({ ...place, endpoint, sessionId, address: '', skewMs: 0, random, measured: () => {} });
    await viewer.report(reportSeconds);
    await viewer.report(reportSeconds);
    recorded.push({ text: gunzipSync(taken.pop() ?? Buffer.of()).toString(), region: place.region });
  }
  recorder.close();
  return Array.from({ length: viewers }, (_, i) => {
    const { text = '', region = '' } = recorded[i % recorded.length] ?? {};
    const headers = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'cloudfront-viewer-country': region,
      'x-forwarded-for': `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
    };
    // As a browser packs it.
    return { headers, body: gzipSync(text.replaceAll(session(i % recorded.length), session(i)), { level: 6 }) };
  });
}

/** Mean points of a report, by what ClickHouse makes of them. */
export function pointsOf(reports: readonly Report[]) {
  const some = reports.slice(0, recordedPlayers).map(({ body }) => JSON.parse(gunzipSync(body).toString()) as Body);
  const metrics = some.flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
  );
  const mean = (points: readonly (readonly unknown[] | undefined)[]) =>
    Number((points.reduce((sum, each) => sum + (each?.length ?? 0), 0) / some.length).toFixed(2));
  return {
    presence: mean(metrics.filter(({ name }) => name === presence).map(({ sum }) => sum?.dataPoints)),
    sums: mean(metrics.map(({ sum }) => sum?.dataPoints)),
    histograms: mean(metrics.map(({ histogram }) => histogram?.dataPoints)),
  };
}

type Points = { readonly dataPoints: readonly unknown[] };
type Body = {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly { readonly name: string; readonly sum?: Points; readonly histogram?: Points }[];
    }[];
  }[];
};

/** Of one length, so that each can take another's place. */
function session(i: number): string {
  return `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
}
