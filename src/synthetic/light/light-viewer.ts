import { randomBytes } from 'node:crypto';
import type { PlaybackEvent } from '../../core/events.ts';
import { reduce } from '../../core/reduce.ts';
import { freshSession } from '../../core/session.ts';
import { figuresOf } from '../../core/snapshot.ts';
import type { Viewer, ViewerOptions } from '../viewer.ts';
import { closeConnections, connections } from './exchange.ts';
import { outboxOf } from './outbox.ts';
import { play } from './player.ts';
import { requests } from './requests.ts';
import { telemetry } from './telemetry.ts';

export type LightViewerOptions = ViewerOptions & {
  /** `real` makes it one of the audience that alerts watch over: for rehearsals on a stream of one's own. Default `synthetic`. */
  readonly viewerKind?: 'real' | 'synthetic' | undefined;
  /** Share of viewers whose spans are always sent, 0 to 1, default 0.05. Troubled ones are sent anyway. */
  readonly sampleRatio?: number | undefined;
};

/**
 * A viewer without a browser: it fetches an HLS or DASH stream at its real pace, plays it in a model of a buffer, and reports as
 * players do, as `player.name` `light`. A stream that cannot be played is in its figures, as a failed viewing.
 *
 * @throws TypeError for WebRTC, which only a browser can play.
 */
export async function startLightViewer(options: LightViewerOptions): Promise<Viewer> {
  const {
    url,
    protocol,
    streamId,
    endpoint,
    region,
    headers = {},
    viewerKind = 'synthetic',
    sampleRatio = 0.05,
  } = options;
  if (protocol === 'webrtc')
    throw new TypeError("protocol must be 'hls' or 'dash' for a light viewer, received 'webrtc'.");
  const now = () => performance.now();
  const stopping = new AbortController();
  const { signal } = stopping;
  const sessionId = randomBytes(16).toString('hex');
  let session = freshSession(now());
  let stopped: Promise<void> | undefined;

  const tells = telemetry({
    sessionId,
    outbox: outboxOf(endpoint),
    common: { 'stream.id': streamId, protocol },
    viewer: { 'player.name': 'light', 'viewer.kind': viewerKind, ...(region && { region }) },
    sampleRatio,
    session: () => session,
  });

  function emit(event: PlaybackEvent) {
    const before = session;
    session = reduce(before, event);
    tells.record(before, session, event);
  }

  const over = connections();
  const { traceparent } = tells;
  const asks = requests({ emit, traceparent, connections: over, headers, source: url, signal });
  const playing = play({ url, protocol, requests: asks, emit, signal });

  function stop(): Promise<void> {
    stopped ??= (async () => {
      stopping.abort();
      await playing;
      closeConnections(over);
      emit({ type: 'quit', at: now(), reason: 'detach' });
      await tells.end();
    })();
    return stopped;
  }

  if (options.signal.aborted) void stop();
  options.signal.addEventListener('abort', () => void stop(), { once: true });
  return { kind: 'light', snapshot: async () => ({ ...figuresOf(session, now()), sessionId }), stop };
}
