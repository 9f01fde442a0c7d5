const mostStreams = 100;

/** Sums the bytes that go out, and tells every interval how many megabits a second each stream took. */
export function bandwidth(record: (megabits: number, streamId: string | undefined) => void, everyMs = 10_000) {
  let sums = new Map<string | undefined, number>();
  let since = performance.now();

  function tell() {
    const seconds = (performance.now() - since) / 1000;
    since = performance.now();
    if (seconds > 0) for (const [streamId, bytes] of sums) record((bytes * 8) / 1e6 / seconds, streamId);
    // A stream that was sent in this interval and is not in the next is at 0 once, and then it is gone.
    sums = new Map([...sums].filter(([, bytes]) => bytes > 0).map(([streamId]) => [streamId, 0]));
  }

  const timer = setInterval(tell, everyMs);
  timer.unref();
  return {
    sent(bytes: number, streamId: string | undefined) {
      const known = sums.has(streamId) || sums.size < mostStreams;
      if (known) sums.set(streamId, (sums.get(streamId) ?? 0) + bytes);
    },
    stop() {
      clearInterval(timer);
      tell();
    },
  };
}
