import type { SpanContext } from '@opentelemetry/api';
import { isSpanContextValid } from '@opentelemetry/api';
import { fromTraceparent } from './publish-context.ts';

/** Which publish made which object: what an origin links its answers to. */
export type Publications = {
  /**
   * The `livestream.segment.publish` span of the object at a path; undefined where it is not known (any more).
   */
  contextOf(path: string): SpanContext | undefined;
  /**
   * Keeps the publish of an object: a span's context, or its `traceparent` from the header of an upload or from a sidecar.
   * What is no context is ignored, so that whatever came with an object can be handed in.
   */
  remember(path: string, context: SpanContext | string | undefined): void;
};

/**
 * A registry for a publisher and an origin of one process, or for an origin alone that learns from uploads and sidecars.
 *
 * @param most objects to keep, default 10 000 (about 4 MB); then the one that was remembered first is forgotten.
 */
export function publications(most = 10_000): Publications {
  const contexts = new Map<string, SpanContext>();
  return {
    contextOf: (path) => contexts.get(path),
    remember(path, given) {
      const context = typeof given === 'string' ? fromTraceparent(given) : given;
      if (!context || !isSpanContextValid(context)) return;
      // The last to be remembered is the last to be forgotten.
      contexts.delete(path);
      contexts.set(path, context);
      if (contexts.size > most) for (const oldest of contexts.keys()) if (contexts.delete(oldest)) break;
    },
  };
}
