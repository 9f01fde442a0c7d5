import type { Page } from '@playwright/test';
import { findBox } from '../demo/packager/boxes.ts';

/** The next two segments of the picture hold one frame each, that is to be shown for all of their time: the buffer is full and nothing moves. */
export async function starveDecoder(page: Page): Promise<void> {
  let left = 2;
  await page.route(/\/v\d+\/seg-\d+\.m4s$/, async (route) => {
    if (left === 0) return route.continue();
    left -= 1;
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: Buffer.from(oneFrame(await answer.body())) });
  });
}

function oneFrame(segment: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(segment);
  const { body: run } = findBox(bytes, 'trun');
  const { body: header } = findBox(bytes, 'tfhd');
  const flags = header.getUint32(0) & 0xffffff;
  const durationAt = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  header.setUint32(durationAt, header.getUint32(durationAt) * run.getUint32(4));
  run.setUint32(4, 1);
  return bytes;
}
