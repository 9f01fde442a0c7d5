import type { SeriesStore } from '../aggregate/series.ts';
import { keptSteps, stepMs, stepOf } from '../aggregate/series.ts';
import type { Group } from '../viewers/viewer-groups.ts';
import { historyAt } from '../viewers/viewer-groups.ts';
import type { Viewers } from '../viewers/viewers.ts';
import { historyOf, totalOf } from './history.ts';
import type { Line, Range, Shape } from './lines.ts';
import { meanLines, quantileLines, rateLines, ratioLines } from './lines.ts';

type Source = Range & { readonly series: SeriesStore; readonly viewers: Viewers; readonly now: number };

// Each value looks back over three reports of a player, or one of a server that exports once a minute.
const player = { groupBy: [], steps: 6 } as const satisfies Shape;
// What is no alarm comes once a minute from a player whose viewing is uneventful.
const uneventful = { groupBy: [], steps: 15 } as const satisfies Shape;
const server = { groupBy: [], steps: 12 } as const satisfies Shape;

// Loss comes and goes with a network: one report of a player says enough.
const loss = { steps: 2 } as const;

// What a server receives and what it sends are different ways.
const leg = ['service.name', 'direction'];

const panels = {
  viewers: (source: Source) => viewerLines(source, 'stream.id', ({ streamId }) => streamId),
  viewersByProtocol: (source: Source) => viewerLines(source, 'protocol', ({ protocol }) => protocol),
  viewersByRegion: (source: Source) => viewerLines(source, 'region', ({ region }) => region ?? 'unknown'),
  stallRatio,
  startup: (source: Source) => quantileLines(source, 'livestream.player.startup.duration', player),
  fetch: (source: Source) => quantileLines(source, 'livestream.segment.fetch.duration', uneventful),
  liveLatency: (source: Source) => quantileLines(source, 'livestream.player.live_latency', uneventful),
  errors: (source: Source) => rateLines(source, ['livestream.errors'], { ...player, groupBy: ['protocol'] }),
  ingestBitrate: (source: Source) =>
    meanLines(source, 'livestream.ingest.bitrate', { ...server, groupBy: ['stream.id'] }),
  ingestFrameDrops: (source: Source) =>
    rateLines(source, ['livestream.ingest.frame_drops'], { ...server, groupBy: ['stream.id'] }),
  publishLatency: (source: Source) =>
    quantileLines(source, 'livestream.segment.generation_latency', { ...server, groupBy: ['protocol'] }),
  packetLoss: (source: Source) =>
    ratioLines(source, ['webrtc.rtp.packets.lost', 'webrtc.rtp.packets.received'], { ...loss, groupBy: leg }),
  jitter: (source: Source) => meanLines(source, 'webrtc.rtp.jitter', { ...player, groupBy: leg }),
  feedback: (source: Source) =>
    rateLines(source, ['webrtc.nack.count', 'webrtc.pli.count'], { ...player, groupBy: ['service.name'] }),
  originLatency: (source: Source) =>
    quantileLines(source, 'livestream.origin.request_latency', { ...server, groupBy: ['request.type'] }),
  originRequests: (source: Source) =>
    rateLines(source, ['livestream.origin.requests'], { ...server, groupBy: ['request.type'] }),
};

/**
 * The answer of `GET /api/series`.
 *
 * @param minutes how far back, 1 to 60.
 * @param stream only this `stream.id`; all streams when undefined.
 */
export function seriesNow(series: SeriesStore, viewers: Viewers, now: number, minutes: number, stream?: string) {
  const to = stepOf(now);
  const from = to - Math.min(keptSteps, Math.round((minutes * 60_000) / stepMs)) + 1;
  const source = { series, viewers, from, to, now, stream };
  return {
    stepSeconds: stepMs / 1000,
    times: Array.from({ length: to - from + 1 }, (_, i) => (from + i) * stepMs),
    panels: Object.fromEntries(Object.entries(panels).map(([id, panel]) => [id, { lines: panel(source) }])),
  };
}

function viewerLines(
  { viewers, from, to, now, stream }: Source,
  attribute: string,
  labelFor: (group: Group) => string,
): Line[] {
  const lines = new Map<string, Line>();
  for (const { group, viewers: present } of viewers.count(now)) {
    if (group.viewerKind !== 'real' || (stream !== undefined && group.streamId !== stream)) continue;
    const label = labelFor(group);
    const values: Line['values'] = new Array(to - from + 1).fill(null);
    const line = lines.get(label) ?? { label, attributes: { [attribute]: label }, values };
    lines.set(label, line);
    for (let step = from; step <= to; step += 1) {
      // The present step has no history yet: it shows the count of this moment.
      const value = step === to ? present : historyAt(group, step);
      if (!Number.isNaN(value)) line.values[step - from] = (line.values[step - from] ?? 0) + value;
    }
  }
  return [...lines.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
}

function stallRatio({ series, from, to, stream }: Source): Line[] {
  const selection = { where: { 'stream.id': stream }, groupBy: ['viewer.state'] };
  const states = historyOf(series, 'livestream.viewer.presence', from - player.steps, to, selection).filter(
    ({ labels }) => labels['viewer.state'] !== 'paused',
  );
  if (states.length === 0) return [];
  const values = Array.from({ length: to - from + 1 }, (_, i) => {
    let [stalled, watched] = [0, 0];
    for (const history of states) {
      const { sum } = totalOf(history, i + 1, i + player.steps);
      watched += sum;
      if (history.labels['viewer.state'] === 'stalled') stalled += sum;
    }
    return watched > 0 ? stalled / watched : null;
  });
  return [{ label: 'all', attributes: {}, values }];
}
