import type { Case, Compared } from '../../case.ts';
import type { RtcBench } from '../bench.ts';
import type { Interval, Sight } from '../sight.ts';
import { standstills } from '../sight.ts';
import type { Watching } from '../viewing.ts';

const lengths = [0.5, 2, 8];
// The SDK looks every two seconds and calls a picture that stands a stall after one: a freeze that goes on is known by then.
const knownMs = [3500, 6000];

/** What the SDK and the picture say of a standstill that is not over. */
async function inProgress({ tab, stands }: Watching, ms: number): Promise<Compared> {
  await stands(ms);
  const [expected, told] = await tab.evaluate(
    () => [window.rtcWitness.standsForMs(), window.view.snapshot().stalls.current] as const,
  );
  return { figure: 'freezeDuration', case: 'in progress', expected, received: told && told.durationSec * 1000 };
}

/** Pictures that the SFU withholds while the sound goes on. */
export const freezes: readonly Case<RtcBench>[] = lengths.map((seconds) => ({
  name: `picture withheld for ${seconds} s`,
  ...(seconds === 2 && { fast: 'chromium' as const }),
  async play({ watch }) {
    const viewing = await watch();
    // Long enough for the mean of thirty frames, by which webrtc-stats knows a freeze.
    await viewing.paints(60);
    const compared: Compared[] = [];
    await viewing.fault({ effect: 'freeze', durationMs: seconds * 1000 });
    for (const ms of knownMs) if (ms < seconds * 1000) compared.push(await inProgress(viewing, ms));
    await viewing.paints(80);
    const sight = await viewing.sight();
    await viewing.leave();
    const seen = standstills(sight);
    const spans = (await viewing.spans()).filter(({ name }) => name === 'livestream.player.stall');
    const frozenSec = await viewing.told('webrtc_freeze_duration_seconds_total');
    return [
      ...compared,
      { figure: 'freezeCount', case: 'injected', expected: 1, received: seen.length },
      { figure: 'freezeCount', case: 'stalls', expected: seen.length, received: spans.length },
      {
        figure: 'freezeCount',
        case: 'webrtc.freeze.count',
        expected: seen.length,
        received: await viewing.told('webrtc_freeze_count_total'),
      },
      ...seen.map((freeze): Compared => {
        const span = spans.find(({ startedAt, durationMs }) => meets(freeze, sight, startedAt, durationMs));
        return { figure: 'freezeDuration', case: 'stall', expected: freeze.ms, received: span?.durationMs ?? null };
      }),
      {
        figure: 'freezeDuration',
        case: 'webrtc.freeze.duration',
        expected: seen.reduce((sum, { ms }) => sum + ms, 0),
        received: frozenSec * 1000,
      },
      ...spans.map(
        ({ attributes }): Compared => ({
          figure: 'stallCause',
          expected: 'webrtc',
          received: String(attributes['stall.cause']),
        }),
      ),
    ];
  },
}));

function meets({ from, ms }: Interval, { timeOrigin }: Sight, startedAt: number, durationMs: number): boolean {
  const begins = startedAt - timeOrigin;
  return begins < from + ms && begins + durationMs > from;
}
