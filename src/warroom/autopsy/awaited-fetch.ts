import type { Span } from '../api.ts';
import { string } from '../traces/attributes.ts';
import { arrived, endOf, isKey, isMedia, objectOf } from './spans.ts';

export type Awaited = { readonly fetch: Span | undefined; readonly attempts: readonly Span[] };

// A player goes on when it has appended what came, and notices a little late that nothing had come.
const slackMs = 1000;
// Sound and picture of a segment come together or not at all: where they are as late as each other, the picture stands for both.
const pictureMs = 300;

/** Attempts at one object, and when it had come. */
type Wanted = { readonly attempts: readonly Span[]; readonly type: string; readonly cameAt: number };

/**
 * The object that the picture waited for longest. Objects of one type come one after the other, so each is waited for from
 * when the one before it had come, or the picture stopped.
 *
 * @param spans of one session, in the order of time.
 */
export function awaitedFetch(stall: Span, spans: readonly Span[]): Awaited {
  const [from, to] = [stall.startedAt, endOf(stall)];
  const kind = string(stall.attributes, 'stall.cause') === 'key' ? isKey : isMedia;
  const cameIn = wantedOf(spans.filter((span) => kind(span) && span.startedAt <= to)).filter(
    ({ cameAt }) => cameAt > from - slackMs / 2,
  );
  const lastOf = new Map<string, number>();
  let longest: { weighedMs: number; wanted: Wanted } | undefined;
  for (const wanted of cameIn) {
    const { type, cameAt } = wanted;
    const waitedMs = Math.min(cameAt, to + slackMs) - Math.max(from - slackMs, lastOf.get(type) ?? from - slackMs);
    lastOf.set(type, Math.max(cameAt, lastOf.get(type) ?? 0));
    const weighedMs = waitedMs + (type === 'audio' ? 0 : pictureMs);
    if (!longest || weighedMs > longest.weighedMs) longest = { weighedMs, wanted };
  }
  const tries = longest?.wanted.attempts ?? [];
  const came = tries.find(arrived);
  const fetch = came ?? tries.at(-1);
  return { fetch, attempts: fetch ? tries.slice(0, tries.indexOf(fetch)) : [] };
}

/** Objects in the order in which they came; those that never did are last. */
function wantedOf(spans: readonly Span[]): Wanted[] {
  const objects = new Map<string, Span[]>();
  for (const span of spans) objects.set(objectOf(span), [...(objects.get(objectOf(span)) ?? []), span]);
  const all = [...objects.values()].map((attempts) => {
    const came = attempts.find(arrived);
    const type = string((attempts[0] as Span).attributes, 'object.type') ?? '';
    return { attempts, type, cameAt: came ? endOf(came) : Number.POSITIVE_INFINITY };
  });
  return all.sort((a, b) => a.cameAt - b.cameAt);
}
