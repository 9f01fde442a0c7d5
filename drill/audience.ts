import type { Viewer } from 'playscope/synthetic';
import { startLightViewer } from 'playscope/synthetic';

/** Viewers without a browser who stand for people: of the kind `real`, as alerts do not look at others. */
export type Audience = {
  /** Lets viewers come or go until there are so many. */
  become(count: number): Promise<void>;
  /** How those stand who do not see the picture. */
  unwell(): Promise<readonly string[]>;
};

export function audience(of: { readonly url: string; readonly streamId: string; readonly endpoint: string }): Audience {
  const viewers: Viewer[] = [];
  const { signal } = new AbortController();

  return {
    async become(count) {
      const leaving = viewers.splice(Math.min(count, viewers.length));
      const coming = Array.from({ length: count - viewers.length }, () =>
        startLightViewer({ ...of, protocol: 'hls', viewerKind: 'real', signal }),
      );
      viewers.push(...(await Promise.all(coming)));
      await Promise.all(leaving.map((viewer) => viewer.stop()));
    },
    async unwell() {
      const figures = await Promise.all(viewers.map((viewer) => viewer.snapshot()));
      return figures
        .filter((each) => each?.state !== 'playing')
        .map((each) => [each?.state, each?.stalls.current?.cause, each?.errors.fatal].filter(Boolean).join(' '));
    },
  };
}
