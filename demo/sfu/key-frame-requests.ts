import { pause } from '../clock.ts';

// A key frame is several times as large as another frame, and all viewers want the same one.
const intervalMs = 500;

/** Makes a function that calls `request` at most twice a second: at once, and once more for all who asked meanwhile. */
export function limitKeyFrameRequests(request: () => void, ended: AbortSignal): () => void {
  let isResting = false;
  let isWanted = false;
  return function ask() {
    if (isResting) {
      isWanted = true;
      return;
    }
    isResting = true;
    isWanted = false;
    request();
    void pause(intervalMs, ended).then((over) => {
      isResting = false;
      if (over && isWanted) ask();
    });
  };
}
