import { readFile } from 'node:fs/promises';
import type { Facts, Rendition } from '../media/facts.ts';

/** A rendition of the loop with its bytes. */
export type LoopRendition = Rendition & {
  readonly initBytes: Uint8Array;
  readonly segmentBytes: readonly Uint8Array[];
};

/** The loop in memory: what an encoder would put out, again and again. */
export type Loop = { readonly segmentSec: number; readonly renditions: readonly LoopRendition[] };

/** Reads the checked-in loop (`demo/media`), about 4 MB. */
export async function loadLoop(): Promise<Loop> {
  const folder = new URL('../media/', import.meta.url);
  const facts: Facts = JSON.parse(await readFile(new URL('media.json', folder), 'utf8'));
  const renditions = facts.renditions.map(async (rendition) => ({
    ...rendition,
    initBytes: await readFile(new URL(`${rendition.name}/${rendition.init}`, folder)),
    segmentBytes: await Promise.all(
      rendition.segments.map(({ file }) => readFile(new URL(`${rendition.name}/${file}`, folder))),
    ),
  }));
  return { segmentSec: facts.segmentSec, renditions: await Promise.all(renditions) };
}
