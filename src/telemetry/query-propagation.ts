import type { Outcome, Request } from '../core/events.ts';

/** Which requests carry their context in the query. */
export type QueryPropagation = {
  allows(request: Request): boolean;
  /** Learns from an answer: whether to ask the origin if it takes a parameter, and whether ours did harm. */
  answered(request: Request, outcome: Outcome, injected: boolean): void;
};

// What players add by themselves; any other parameter may be part of a signature over all of them.
const unsigned = /^(_HLS_(msn|part|skip)|CMCD)$/;
const refusals = new Set([400, 401, 403]);

/**
 * A parameter of ours must never break playback, and a server that signs its addresses refuses what it does not know. So it
 * goes to listed origins only, to addresses that carry no parameters but the player's own, and not before `accepts` has found
 * that the origin takes it, asked once for each kind of object; never again after a request with it was refused.
 */
export function queryPropagation(
  origins: readonly string[],
  accepts: (url: string) => Promise<boolean>,
): QueryPropagation {
  const listed = new Set(origins);
  const proven = new Map<string, boolean>();

  return {
    allows: (request) => proven.get(kindOf(request)) === true && isUnsigned(request.url),
    answered(request, { result, status = 0, errorType }, injected) {
      const kind = kindOf(request);
      if (injected) {
        if (refusals.has(status) || errorType === 'connection_failed') proven.set(kind, false);
        return;
      }
      if (result !== 'ok' || proven.has(kind) || !listed.has(new URL(request.url).origin)) return;
      if (!isUnsigned(request.url)) return;
      proven.set(kind, false);
      const found = (taken: boolean) => void proven.set(kind, taken);
      accepts(request.url).then(found, () => {});
    },
  };
}

/** Playlists, keys and media of one origin may be answered by different servers. */
function kindOf({ url, objectType }: Request): string {
  const kind = objectType === 'manifest' || objectType === 'key' ? objectType : 'media';
  return `${kind} ${new URL(url).origin}`;
}

function isUnsigned(url: string): boolean {
  return [...new URL(url).searchParams.keys()].every((name) => unsigned.test(name));
}
