import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sent } from '../stage/sent.ts';
import { reportsOf } from '../stage/sent.ts';
import { startStage } from '../stage/stage.ts';
import { open } from '../stage/viewing.ts';
import { steadyAfterMs } from '../stage/wire.ts';

/** One request of a player: OTLP/JSON, compressed as a browser does it. */
export type Post = { readonly path: string; readonly body: Buffer };

/** What real players sent, one report after the other, to be sent again as that of any number of others. */
export type Recorded = {
  /** Mean bytes of a report, of its metrics and of its spans. */
  readonly metricBytes: number;
  readonly spanBytes: number;
  /**
   * Report `turn` of player `number`, measured at `at` (Unix ms). Players are at different points of what was recorded: of a
   * minute's reports in which nothing happens one is whole.
   */
  report(number: number, turn: number, at: number, withSpans: boolean): readonly Post[];
};

type Plain = { readonly path: string; readonly text: string; readonly size: number };

/** Plays in a real browser for so long, and keeps what Playscope sends in its steady state. */
export async function record(seconds: number): Promise<Recorded> {
  const stage = await startStage();
  try {
    const { sent, playedAt } = await stage.browse(async (browser) => {
      const page = await browser.newPage();
      await stage.taken();
      await open(page, stage.pageUrl('playscope'));
      const playedAt = Date.now();
      await page.waitForTimeout(steadyAfterMs + seconds * 1000);
      return { sent: await stage.taken(), playedAt };
    });
    return recordedOf(sent.filter(({ arrivedAt }) => arrivedAt >= playedAt + steadyAfterMs));
  } finally {
    stage.close();
  }
}

function recordedOf(sent: readonly Sent[]): Recorded {
  const reports = reportsOf(sent.filter(({ method }) => method === 'POST')).map((report) => report.map(plain));
  const all = reports.flat();
  const sessionId = /"session\.id","value":\{"stringValue":"([^"]+)"/.exec(all[0]?.text ?? '')?.[1];
  if (!sessionId) throw new Error('recorded: expected OTLP/JSON with a session.id, received something else.');
  const mean = (part: string) =>
    all.filter(({ path }) => path.endsWith(part)).reduce((sum, { size }) => sum + size, 0) / reports.length;
  return {
    metricBytes: mean('/metrics'),
    spanBytes: mean('/traces'),
    report(number, turn, at, withSpans) {
      const chosen = reports[(turn + number) % reports.length] ?? [];
      const own = hex(number, 8);
      const shift = BigInt(Math.round(at - latest(chosen))) * 1_000_000n;
      return chosen
        .filter(({ path }) => withSpans || !path.endsWith('/traces'))
        .map(({ path, text }) => ({
          path,
          body: gzipSync(
            text
              .replaceAll(sessionId, own + sessionId.slice(8))
              // So that no two spans are the same: of one player those of another turn are others, of the same trace.
              .replace(/("traceId":")[0-9a-f]{8}/g, `$1${own}`)
              .replace(/("(?:spanId|parentSpanId)":")[0-9a-f]{12}/g, `$1${own}${hex(turn, 4)}`)
              .replace(/(UnixNano":")(\d+)/g, (_, name, nanos) => name + (BigInt(nanos) + shift)),
          ),
        }));
    },
  };
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');

function plain({ path, body, encoding }: Sent): Plain {
  const bytes = Buffer.from(body, 'base64');
  return { path, text: (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString(), size: bytes.length };
}

/** When a report was made, Unix ms: the last instant that it names. */
function latest(report: readonly Plain[]): number {
  const nanos = report.flatMap(({ text }) =>
    [...text.matchAll(/UnixNano":"(\d+)/g)].map(([, digits]) => Number(digits)),
  );
  return nanos.reduce((most, each) => Math.max(most, each), 0) / 1e6;
}
