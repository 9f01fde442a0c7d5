// The eye: what is painted and where the playhead is, seen without the SDK. Kept apart so that no figure proves itself.

export type Gap = { readonly from: number; readonly ms: number };
export type Probe = {
  /** When the first frame was painted, ms on the page's clock. */
  firstFrameAt(): number | undefined;
  /** The times in which nothing new was painted for longer than `ms`, the usual frame interval taken off. */
  gaps(ms: number): Gap[];
  painted(): number;
};

export function probe(video: HTMLVideoElement): Probe {
  const painted: number[] = [];
  const seen = (_: number, { presentationTime }: VideoFrameCallbackMetadata) => {
    painted.push(presentationTime);
    video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
  const intervalMs = 40;
  return {
    firstFrameAt: () => painted[0],
    painted: () => painted.length,
    gaps: (ms) =>
      painted.flatMap((at, index) => {
        const before = painted[index - 1] ?? at;
        return at - before > ms + intervalMs ? [{ from: before + intervalMs, ms: at - before - intervalMs }] : [];
      }),
  };
}
