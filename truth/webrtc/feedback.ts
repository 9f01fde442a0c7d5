import type { SfuSession } from '../../e2e/sfu.ts';
import type { Compared } from '../case.ts';
import type { Connected } from './viewing.ts';

const kinds = ['audio', 'video'] as const;

/** NACK and PLI that the viewer sent, as they arrived at the collector and at the SFU. */
export async function compareFeedback({ told }: Connected, { kinds: handled }: SfuSession): Promise<Compared[]> {
  const sent = (name: string, kind: string) => told(name, { media_kind: kind, direction: 'sent' });
  const compared = await Promise.all(
    kinds.map(async (kind): Promise<Compared[]> => {
      const { nacks, plis } = handled[kind];
      return [
        { figure: 'nacks', case: kind, expected: nacks, received: await sent('webrtc_nack_count_total', kind) },
        { figure: 'plis', case: kind, expected: plis, received: await sent('webrtc_pli_count_total', kind) },
      ];
    }),
  );
  return compared.flat();
}
