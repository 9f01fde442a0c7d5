import type { Snapshot } from 'playscope';
import type { Player } from './player.ts';
import type { Stage } from './stage.ts';

/** Withholds what `match` names until the picture has stood for 1.5 s, lets it go, and waits until the picture moves again. */
export async function stallOn(
  match: string,
  { origin }: Stage,
  player: Player,
): Promise<{ fault: string; stalls: Snapshot['stalls'] }> {
  await player.playing(2);
  const fault = await origin.fault({ match, effect: 'hang' });
  await player.until(({ stalls }) => (stalls.current?.durationSec ?? 0) > 1.5);
  await origin.heal();
  const { stalls } = await player.until(({ stalls }) => stalls.count === 1 && stalls.current === null);
  await player.playing((await player.snapshot()).times.playing + 1);
  return { fault, stalls };
}
