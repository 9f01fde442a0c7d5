import type { Faults } from './faults.ts';
import type { PeerOptions } from './peer.ts';
import type { Publisher } from './publisher.ts';
import { openPublisher } from './publisher.ts';
import type { Viewer } from './viewer.ts';
import { openViewer } from './viewer.ts';

/** Who joins a stream: a session, its offer, and how it is measured. */
export type Joining = Pick<PeerOptions, 'session' | 'watch'> & { readonly offer: string };

type Stream = { publisher: Publisher | undefined; readonly viewers: Set<Viewer> };

/** The streams of an SFU by name: one publisher each, whose packets go to all its viewers. */
export function createStreams(faults: Faults) {
  const streams = new Map<string, Stream>();

  function streamOf(name: string): Stream {
    const stream = streams.get(name) ?? { publisher: undefined, viewers: new Set() };
    streams.set(name, stream);
    return stream;
  }

  function tidy(name: string, { publisher, viewers }: Stream): void {
    if (!publisher && viewers.size === 0) streams.delete(name);
  }

  /** Opens the publisher of a stream; the one before has to go once this one has its answer. */
  async function publish({ offer, ...joining }: Joining): Promise<{ peer: Publisher; answer: string }> {
    const { session } = joining;
    const publisher = openPublisher({
      ...joining,
      faults,
      onPacket(kind, packet, clock) {
        if (stream.publisher !== publisher) return;
        for (const viewer of stream.viewers) viewer.send(kind, packet, clock);
      },
    });
    const answer = await answerOrEnd(publisher, offer);
    const stream = streamOf(session.stream);
    void stream.publisher?.end('replaced');
    stream.publisher = publisher;
    whenEnded(publisher, () => {
      if (stream.publisher === publisher) stream.publisher = undefined;
      tidy(session.stream, stream);
    });
    return { peer: publisher, answer };
  }

  /** Opens a viewer of a stream. */
  async function view({ offer, ...joining }: Joining): Promise<{ peer: Viewer; answer: string }> {
    const { session } = joining;
    const requestKeyFrame = () => streams.get(session.stream)?.publisher?.requestKeyFrame();
    const viewer = openViewer({ ...joining, faults, requestKeyFrame });
    const answer = await answerOrEnd(viewer, offer);
    const stream = streamOf(session.stream);
    stream.viewers.add(viewer);
    whenEnded(viewer, () => {
      stream.viewers.delete(viewer);
      tidy(session.stream, stream);
    });
    return { peer: viewer, answer };
  }

  return { publish, view, isPublished: (name: string) => streams.get(name)?.publisher !== undefined };
}

async function answerOrEnd(peer: Publisher | Viewer, offer: string): Promise<string> {
  try {
    return await peer.answer(offer);
  } catch (error) {
    await peer.end('failed');
    throw error;
  }
}

function whenEnded({ ended }: Publisher | Viewer, act: () => void): void {
  if (ended.aborted) act();
  else ended.addEventListener('abort', act, { once: true });
}
