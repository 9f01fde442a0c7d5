import type { Bench } from '../bench.ts';
import type { Case, Compared } from '../case.ts';

const steps = 14;

// About five minutes for each protocol.
const rounds = 27;

/** Random calls, each round with the SDK and without it. A failure names the seed that shows it again. */
export function fuzz(seed: number): Case[] {
  return Array.from({ length: rounds }, (_, round) => ({
    name: `random calls, seed ${seed + round}`,
    fast: round < 3,
    play: (bench) => compare(bench, seed + round),
  }));
}

async function compare(bench: Bench, seed: number): Promise<readonly Compared[]> {
  const bare = await play(bench, seed, false);
  const watched = await play(bench, seed, true);
  const of = `called ${watched.calls.join(', ')}`;
  return [
    { figure: 'pageErrors', case: of, expected: '', received: watched.ours.join('; ') },
    { figure: 'playsOn', case: of, expected: String(bare.plays), received: String(watched.plays) },
    { figure: 'invariants', case: of, expected: '', received: watched.broken.join('; ') },
  ];
}

async function play({ open, collectorUrl, origin, protocol }: Bench, seed: number, watched: boolean) {
  // By script tag, so that a stack says whose code it was.
  const { page, stream } = await open({ play: false, build: 'script' });
  await page.evaluate(async () => {
    await window.view.detach();
    window.driver.destroy();
  });
  const run = await page.evaluate((plan) => window.fuzz(plan), {
    seed,
    steps,
    sources: [protocol.manifest, protocol.onDemand].map((path) => origin.url + path),
    ...(watched && { attach: { endpoint: collectorUrl, streamId: `${stream}-fuzz` } }),
  });
  await page.close();
  return run;
}
