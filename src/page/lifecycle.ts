/** What a page can go through. All callbacks are optional and must not throw. */
export type Lifecycle = {
  /** The tab is hidden. On a phone this can be the last sign of life. Not called once the page is being left. */
  onHide?(): void;
  /** The tab is visible again. */
  onShow?(): void;
  /** The page is being left or frozen. May come after `onHide`. `persisted`: the page may return. */
  onLeave?(persisted: boolean): void;
  /** The page is back, from the back/forward cache or from a freeze; once for each leaving. */
  onReturn?(): void;
};

/**
 * Tells `listener` what happens to the page, until `signal` aborts. Never listens to `unload` or `beforeunload`, which
 * would take the page out of the back/forward cache.
 */
export function lifecycle(listener: Lifecycle, signal: AbortSignal): void {
  // Capturing, so that a page that stops the propagation does not silence us.
  const options = { signal, capture: true };
  let left = false;
  const leave = (persisted: boolean) => {
    left = true;
    listener.onLeave?.(persisted);
  };
  const back = () => {
    // The first pageshow of a page is no return; resume and pageshow may both come for one.
    if (left) {
      left = false;
      listener.onReturn?.();
    }
  };
  document.addEventListener(
    'visibilitychange',
    () => {
      if (!document.hidden) listener.onShow?.();
      // A navigation fires pagehide first and this afterwards.
      else if (!left) listener.onHide?.();
    },
    options,
  );
  // A frozen tab can be discarded without another event.
  document.addEventListener('freeze', () => leave(true), options);
  document.addEventListener('resume', back, options);
  addEventListener('pagehide', (event) => leave(event.persisted), options);
  addEventListener('pageshow', back, options);
}
