import type { Protocol } from '../e2e/protocol.ts';
import type { Bench, Ground } from './bench.ts';
import { startBench } from './bench.ts';
import type { Case } from './case.ts';
import type { Measurement } from './compare.ts';

/** Plays one case, and gives everything that was compared in it. Afterwards the origin is whole again. */
export async function playCase(bench: Bench, { name, play }: Case): Promise<Measurement[]> {
  try {
    const compared = await play(bench);
    const own = compared.map(({ case: part, ...rest }) => ({
      protocol: bench.protocol.name,
      case: part === undefined ? name : `${name}: ${part}`,
      ...rest,
    }));
    return [...own, ...bench.takeStates()];
  } finally {
    await bench.origin.heal();
  }
}

/** Plays cases of one protocol, one after the other. `tell` hears of each, `failed` of those that could not be played. */
export async function playAll(
  ground: Ground,
  protocol: Protocol,
  cases: readonly Case[],
  hear: { tell(name: string, seconds: number): void; failed(name: string, error: unknown): void },
): Promise<{ measurements: Measurement[]; browser: string; player: string }> {
  const bench = await startBench(ground, protocol);
  const measurements: Measurement[] = [];
  try {
    for (const each of cases) {
      const from = performance.now();
      try {
        measurements.push(...(await playCase(bench, each)));
      } catch (error) {
        hear.failed(each.name, error);
      }
      hear.tell(each.name, (performance.now() - from) / 1000);
    }
    return { measurements, browser: bench.browserVersion, player: bench.playerVersion() };
  } finally {
    await bench.close();
  }
}
