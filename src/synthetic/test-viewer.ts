import { freshSession } from '../core/session.ts';
import type { Figures } from '../core/snapshot.ts';
import { figuresOf } from '../core/snapshot.ts';

type Told = { [name in keyof Figures]?: Figures[name] extends object | null ? Partial<Figures[name]> : Figures[name] };

/** A viewer that plays, but for what is told of it. */
export function viewerThat(told: Told = {}): Figures {
  const fresh: Figures = { ...figuresOf(freshSession(0), 0), state: 'playing' };
  const started = { startup: { result: 'started', durationSec: 1 } } as const;
  const whole = { ...fresh, ...started };
  const merged = Object.entries(told).map(([name, value]) => {
    const before = whole[name as keyof Figures];
    return [name, typeof value === 'object' && value !== null ? { ...(before as object), ...value } : value];
  });
  return { ...whole, ...Object.fromEntries(merged) };
}
