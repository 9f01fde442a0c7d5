import type { Snapshot } from 'playscope';

/** What does not hold of a snapshot, or of it and the one before it. */
export function* problemsOf(now: Snapshot, before: Snapshot | undefined): Generator<string> {
  const sum = Object.values(now.times).reduce((total, seconds) => total + seconds, 0);
  if (sum > now.elapsedSec + 0.001) yield `${sum} s in states of ${now.elapsedSec} s`;
  // Another viewing counts anew.
  if (!before || now.elapsedSec < before.elapsedSec) return;
  const [totals, earlier] = [totalsOf(now), totalsOf(before)];
  for (const [name, total] of Object.entries(totals)) {
    if (!(total >= (earlier[name] ?? 0) - 1e-6)) yield `${name} fell from ${earlier[name]} to ${total}`;
  }
}

function totalsOf({
  plays,
  seeks,
  stalls,
  switches,
  errors,
  media,
  frames,
  requests,
  webrtc,
}: Snapshot): Record<string, number> {
  const streams = (webrtc?.streams ?? []).flatMap(
    ({ direction, kind, packets, packetsLost, bytes, nacks, plis, freezes }) =>
      Object.entries({ packets, packetsLost, bytes, nacks, plis, freezes }).map(
        ([name, total]) => [`${name} of ${direction} ${kind}`, total] as const,
      ),
  );
  return {
    ...Object.fromEntries(streams),
    plays,
    seeks,
    stalls: stalls.count,
    up: switches.up,
    down: switches.down,
    errors: errors.count,
    played: media.playedSec,
    rendered: frames.rendered,
    dropped: frames.dropped,
    requests: requests.count,
    bytes: requests.bytes,
  };
}
