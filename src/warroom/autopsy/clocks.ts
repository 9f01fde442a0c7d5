import type { Span } from '../api.ts';
import { format } from '../format.ts';
import { number } from '../traces/attributes.ts';

/** The servers' clock minus the viewer's, and how far that may be off. */
export type Offset = { readonly ms: number; readonly errorMs: number };

/** What the fetches say of the servers' clock: the one of the awaited fetch, else the one with the tightest bound. */
export function offsetOf(fetches: readonly (Span | undefined)[]): Offset | undefined {
  const told = fetches.flatMap((fetch) => {
    const [ms, errorMs] = ['clock.offset_ms', 'clock.offset_error_ms'].map(
      (name) => fetch && number(fetch.attributes, name),
    );
    return ms === undefined || errorMs === undefined ? [] : [{ fetch, offset: { ms, errorMs } }];
  });
  if (told[0] && told[0].fetch === fetches[0]) return told[0].offset;
  return told.sort((a, b) => a.offset.errorMs - b.offset.errorMs)[0]?.offset;
}

/** What stands beside the axis: whose clocks it has, and how far they are apart. */
export function clockNote(offset: Offset | undefined, aligned: boolean): string {
  if (!offset) return 'Server spans stand by the clock of their server. How far it is from the viewer’s is not known.';
  const { ms, errorMs } = offset;
  const bound = `±${format('ms', errorMs)}`;
  if (aligned) return `Aligned: server spans are moved by ${format('ms', -ms)} (${bound}) to the viewer’s clock.`;
  const size = format('ms', Math.abs(ms));
  const apart = Math.abs(ms) <= errorMs ? `the viewer’s to within ${format('ms', Math.abs(ms) + errorMs)}` : '';
  const words = apart || `${size} (${bound}) ${ms > 0 ? 'ahead of' : 'behind'} the viewer’s`;
  return `Server spans stand by the clock of their server, which is ${words}.`;
}

/** The spans on one clock: those of other services than the viewer's are moved by the offset. */
export function align(spans: readonly Span[], viewer: string, { ms }: Offset): Span[] {
  return spans.map((span) =>
    span.service === viewer
      ? span
      : {
          ...span,
          startedAt: span.startedAt - ms,
          events: span.events.map((event) => ({ ...event, at: event.at - ms })),
        },
  );
}
