import type { Sdk } from './sdks.ts';
import type { Sent, Traffic } from './sent.ts';
import { steadyMinute, traffic } from './sent.ts';
import type { PageOptions, Stage } from './stage.ts';
import { open } from './viewing.ts';

/** From here on a viewing is in its steady state: a player's buffer is full, and Playscope's first reports are out. */
export const steadyAfterMs = 20_000;

/** What is sent of a viewing in its first minute, and in a minute later on. */
export type Minutes = { readonly first: Traffic; readonly steady: Traffic };

/** `prefix` is empty for the one whose SDK is given a host, and sends to the root of it. */
export type Viewer = PageOptions & { readonly sdk: Sdk; readonly prefix: string };

/**
 * What is sent of viewings, by their prefixes. Bytes do not depend on what else the machine does, so all play at once.
 *
 * @param seconds of the steady state. Playscope's spans go once a minute, so that whole minutes are right.
 */
export async function minutesOf(
  stage: Stage,
  viewers: readonly Viewer[],
  seconds: number,
): Promise<ReadonlyMap<string, Minutes>> {
  return stage.browse(async (browser) => {
    await stage.taken();
    const began = await Promise.all(
      viewers.map(async ({ sdk, ...more }) => {
        // A window of its own, so that none is hidden behind another.
        const page = await (await browser.newContext()).newPage();
        const openedAt = Date.now();
        await open(page, stage.pageUrl(sdk, more));
        return { prefix: more.prefix, openedAt, playedAt: Date.now() };
      }),
    );
    await new Promise((done) => setTimeout(done, steadyAfterMs + seconds * 1000));
    const sent = await stage.taken();
    const isOf = (prefix: string, { path }: Sent) => prefix !== '' && path.startsWith(`${prefix}/`);
    return new Map(
      began.map(({ prefix, openedAt, playedAt }) => {
        const own = sent.filter((each) =>
          prefix ? isOf(prefix, each) : !viewers.some(({ prefix }) => isOf(prefix, each)),
        );
        const first = traffic(own.filter(({ arrivedAt }) => arrivedAt < openedAt + 60_000));
        return [prefix, { first, steady: steadyMinute(own, playedAt + steadyAfterMs) }] as const;
      }),
    );
  });
}
