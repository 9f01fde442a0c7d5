/** Waits for a frame that the element paints. */
export type FrameWait = {
  /** Calls back once, at the next frame. Asked again before that: one call all the same. */
  next(): void;
  /** The element shows a picture of this connection. */
  isOurs(): boolean;
  /** It will tell: it can, and somebody may be looking. */
  tells(): boolean;
};

/** Frames of this connection in `video` (requestVideoFrameCallback); what the element shows of another one is not waited for. */
export function frameWait(
  pc: RTCPeerConnection,
  video: HTMLMediaElement | undefined,
  { signal, skewMs, shown }: { readonly signal: AbortSignal; readonly skewMs: number; shown(at: number): void },
): FrameWait {
  const element = video && 'requestVideoFrameCallback' in video ? (video as HTMLVideoElement) : undefined;
  let handle: number | undefined;

  function isOurs(): boolean {
    const [track] = videoTracks(video);
    return track !== undefined && pc.getReceivers().some((receiver) => receiver.track === track);
  }

  function next() {
    if (!element || handle !== undefined || signal.aborted) return;
    handle = element.requestVideoFrameCallback((_, { presentationTime }) => {
      handle = undefined;
      if (signal.aborted) return;
      if (isOurs()) shown(presentationTime + skewMs);
      else next();
    });
  }

  signal.addEventListener('abort', () => {
    if (handle !== undefined) element?.cancelVideoFrameCallback(handle);
  });
  return {
    next,
    isOurs,
    tells: () => element !== undefined && element.ownerDocument.visibilityState === 'visible' && isOurs(),
  };
}

/** The video tracks of what an element plays, the one on screen first. */
export function videoTracks(element: HTMLMediaElement | undefined): MediaStreamTrack[] {
  const stream = element?.srcObject;
  return stream && 'getVideoTracks' in stream ? stream.getVideoTracks() : [];
}
