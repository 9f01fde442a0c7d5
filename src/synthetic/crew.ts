import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figures } from '../core/snapshot.ts';
import { hasPicture, stallsOf } from './figures.ts';
import type { Start } from './plan.ts';
import type { Viewer } from './viewer.ts';

/** A viewer of the plan, and how it stands. */
export type Member = {
  /** From 1. */
  readonly number: number;
  readonly start: Start;
  begun: boolean;
  viewer?: Viewer;
  /** The last that were seen. */
  figures?: Figures & { readonly sessionId?: string };
  /** What kept it from playing, or ended it, for people. */
  problem?: string | undefined;
  /** Pictures of its stalls, by path. */
  readonly screenshots: string[];
};

export type Crew = {
  readonly members: readonly Member[];
  /** Looks at all of them. Never rejects. */
  look(): Promise<void>;
  /** Whether all have begun, and none has a picture or can still get one. */
  isLost(): boolean;
  /** Ends all of them; resolves when they have sent what was left. */
  stop(): Promise<void>;
};

/** @param begin starts one viewer; a rejection is what kept it from playing. */
export function crew(
  plan: readonly Start[],
  begin: (member: Member, signal: AbortSignal) => Promise<Viewer>,
  screenshotFolder?: string,
): Crew {
  const over = new AbortController();
  const { signal } = over;
  const members = plan.map((start, index): Member => ({ number: index + 1, start, begun: false, screenshots: [] }));
  const beginnings = members.map(async (member) => {
    try {
      await pause(member.start.afterMs, undefined, { signal });
      member.begun = true;
      member.viewer = await begin(member, signal);
    } catch (error) {
      if (!signal.aborted) member.problem = (error as Error).message.split('\n')[0] ?? 'unknown';
    }
  });

  async function lookAt(member: Member) {
    const { viewer, figures: before } = member;
    const now = await viewer?.snapshot();
    if (viewer?.problem) member.problem = viewer.problem();
    if (!viewer || !now) return;
    member.figures = now;
    const isNew = now.stalls.current && stallsOf(now) > (before ? stallsOf(before) : 0);
    if (!screenshotFolder || !isNew || !viewer.screenshot) return;
    const path = join(screenshotFolder, `viewer-${member.number}-stall-${member.screenshots.length + 1}.png`);
    member.screenshots.push(path);
    await viewer.screenshot(path);
  }

  return {
    members,
    look: async () => void (await Promise.all(members.map(lookAt))),
    isLost: () =>
      members.every(({ begun, problem, figures }) => {
        return begun && (problem || figures?.errors.fatal) && !(figures && hasPicture(figures));
      }),
    async stop() {
      over.abort();
      await Promise.all(beginnings);
      await Promise.all(members.map(({ viewer }) => viewer?.stop()));
    },
  };
}
