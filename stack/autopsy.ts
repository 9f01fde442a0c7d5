/** A stall of a real browser, and what the war room's autopsy makes of it when all that it asks is answered by Jaeger. */
import type { Stage } from '../drill/stage.ts';
import type { Span } from '../src/warroom/api.ts';
import type { Ask } from '../src/warroom/autopsy/gather.ts';
import { gather } from '../src/warroom/autopsy/gather.ts';
import { verdictOf } from '../src/warroom/autopsy/verdict.ts';
import type { Jaeger } from './jaeger.ts';
import type { Row } from './table.ts';
import { fact } from './table.ts';
import { until } from './until.ts';

/** Uploads take nine seconds each until a browser stalls; then everything around that has to be found. */
export async function autopsyRows(stage: Stage, streamId: string, jaeger: Jaeger): Promise<Row[]> {
  const takeAway = await stage.fault('origin', { match: '/live/', effect: 'slow-upload', value: 9000 });
  const since = Date.now();
  let stall: Span | undefined;
  try {
    await until('the stall of a browser is in Jaeger', 120_000, async () => {
      const tags = { 'stream.id': streamId };
      const found = await jaeger.search({
        ...{ service: 'web-player', operation: 'livestream.player.stall', tags, from: since },
      });
      stall = found.flat().find(({ name, durationMs }) => name === 'livestream.player.stall' && durationMs > 1000);
      return stall !== undefined;
    });
  } finally {
    await takeAway();
  }
  // The servers' side of it may still be on its way.
  let evidence = await gather(stall as Span, asking(jaeger));
  await until('all sides of the stall are in Jaeger', 30_000, async () => {
    evidence = await gather(stall as Span, asking(jaeger));
    return evidence.origin !== undefined && evidence.publish !== undefined;
  }).catch(() => {});
  const { fetch, origin, publish, steps } = evidence;
  const { culprit, sentence } = verdictOf(evidence);
  // Below it in one trace, or linked: a page may send no traceparent to another origin that does not say that it wants one.
  const isJoined =
    origin !== undefined &&
    (origin.parentSpanId === fetch?.spanId || fetch?.links.some(({ spanId }) => spanId === origin.spanId));
  return [
    fact("origin's side of the fetch that a browser waited for", 'joined', isJoined ? 'joined' : 'missing'),
    fact('publish of that segment', 'mux, upload, update', publish ? stepsOf(steps) : 'missing'),
    // A segment may have waited for the one before, whose upload was as slow.
    fact(
      'what the autopsy says of the stall',
      '… the upload took 9 s',
      sentence,
      culprit === 'publish' && sentence.includes('the upload took 9'),
    ),
  ];
}

function asking(jaeger: Jaeger): Ask {
  return {
    trace: async (traceId) => ({ traceId, spans: [...(await jaeger.trace(traceId))], linked: [] }),
    async spans({ session, stream, name, from, to }) {
      const service = session === undefined ? 'demo-packager' : 'web-player';
      const tags: Record<string, string> =
        session === undefined ? { 'stream.id': String(stream) } : { 'session.id': String(session) };
      const operation = name === undefined ? {} : { operation: String(name) };
      return (await jaeger.search({ service, tags, ...operation, from: Number(from), to: Number(to) })).flat();
    },
  };
}

function stepsOf(steps: readonly Span[]): string {
  return steps.map(({ name }) => name.split('.').at(-1)).join(', ');
}
