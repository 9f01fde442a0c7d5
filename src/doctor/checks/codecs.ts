import type { StreamFacts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note, ok } from '../finding.ts';

/** Whether this browser plays a rendition of each kind. */
export function codecs({ renditions, unplayable }: StreamFacts, browser: string): Finding {
  const known = renditions.filter((each) => each.codecs.length > 0);
  if (known.length === 0) return note('codecs', 'the playlist names none, so players find out by trying');
  const isPlayable = (names: readonly string[]) => names.every((name) => !unplayable.includes(name));
  const kinds = [...new Set(known.map(({ kind }) => kind))];
  const dark = kinds.filter((kind) => !known.some((each) => each.kind === kind && isPlayable(each.codecs)));
  const names = [...new Set(known.flatMap((each) => each.codecs))];
  if (dark.length > 0) {
    return fix(
      'codecs',
      `${browser} plays none of its ${dark.join(' and ')} renditions: ${unplayable.join(', ')}`,
      'offer a rendition in a codec that it plays, or look with another --browser',
    );
  }
  if (unplayable.length > 0)
    return note('codecs', `${browser} does not play ${unplayable.join(', ')}, but others of them`);
  return ok('codecs', `${browser} plays ${names.join(', ')}`);
}
