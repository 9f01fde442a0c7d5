// The collector of the bench, in a process of its own: node --expose-gc collector.ts OPTIONS SPEED. Its clock runs so many times as fast.
// Tells its address; then, when asked, the processor time of all its threads in ms, or the bytes that a collection leaves.
import { setTimeout as wait } from 'node:timers/promises';
import type { CollectorOptions } from 'playscope/collector';
import { startCollector } from 'playscope/collector';

const [options = '{}', speed = '1'] = process.argv.slice(2);
const began = Date.now();
const now = () => began + (Date.now() - began) * Number(speed);
const { url } = await startCollector({ port: 0, host: '127.0.0.1', now, ...(JSON.parse(options) as CollectorOptions) });
process.send?.({ url });
process.on('message', async (asked) => {
  if (asked === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1000);
  } else {
    // What the first lets go may free more.
    for (let times = 0; times < 2; times++) {
      globalThis.gc?.();
      await wait(0);
    }
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  }
});
process.on('disconnect', () => process.exit());
