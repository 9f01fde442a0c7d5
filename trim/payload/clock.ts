/** Runs in the page before anything else: the same ids and times in every build, so that bodies can be compared as bytes. */
export function fixClock(): void {
  let seed = 20_261_123;
  let wall = 1_790_000_000_000.25;
  let monotonic = 5000.125;
  Math.random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  Date.now = () => Math.floor(wall);
  performance.now = () => monotonic;
  Object.defineProperty(performance, 'timeOrigin', { value: wall - monotonic });
  Object.assign(globalThis, {
    tick(ms: number) {
      wall += ms;
      monotonic += ms;
    },
  });
}
