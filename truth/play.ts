import type { Case } from './case.ts';
import type { Measurement } from './compare.ts';
import type { Stand } from './stand.ts';

/** Plays one case, and gives everything that was compared in it. Afterwards the servers are whole again. */
export async function playCase<At extends Stand>(stand: At, { name, play }: Case<At>): Promise<Measurement[]> {
  try {
    const compared = await play(stand);
    const own = compared.map(({ case: part, ...rest }) => ({
      ...stand.played,
      case: part === undefined ? name : `${name}: ${part}`,
      ...rest,
    }));
    return [...own, ...stand.takeStates()];
  } finally {
    await stand.heal();
  }
}

/** Plays cases, one after the other. `tell` hears of each, `failed` of those that could not be played. */
export async function playAll<At extends Stand>(
  stand: At,
  cases: readonly Case<At>[],
  hear: { tell(name: string, seconds: number): void; failed(name: string, error: unknown): void },
): Promise<{ measurements: Measurement[]; browser: string; player: string | undefined }> {
  const measurements: Measurement[] = [];
  try {
    for (const each of cases) {
      const from = performance.now();
      try {
        measurements.push(...(await playCase(stand, each)));
      } catch (error) {
        hear.failed(each.name, error);
      }
      hear.tell(each.name, (performance.now() - from) / 1000);
    }
    return { measurements, browser: stand.browserVersion, player: stand.playerVersion() };
  } finally {
    await stand.close();
  }
}
