import type { Page } from 'playwright-core';
import type { Rendition } from './facts.ts';

/** The codecs of renditions for which the browser of this page has no source buffer, as MP4, to which players remux. */
export async function unplayableIn(page: Page, renditions: readonly Rendition[]): Promise<string[]> {
  const codecs = [...new Set(renditions.flatMap((each) => each.codecs))];
  return page.evaluate((all) => {
    const scope = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };
    const source = scope.MediaSource ?? scope.ManagedMediaSource;
    const types = (codec: string) => ['mp4', 'webm'].map((container) => `video/${container}; codecs="${codec}"`);
    return all.filter((codec) => !types(codec).some((type) => source?.isTypeSupported(type)));
  }, codecs);
}
