import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { CollectorOptions } from 'playscope/collector';

export type Started = {
  readonly url: string;
  /** Processor time of all its threads, ms. */
  cpuMs(): Promise<number>;
  /** What a collection leaves, with buffers. */
  liveBytes(): Promise<number>;
  end(): void;
};

/** A collector that nothing else shares a process with; its clock runs `speed` times as fast as others. */
export async function start(options: CollectorOptions = {}, speed = 1): Promise<Started> {
  const child = fork(new URL('collector.ts', import.meta.url), [JSON.stringify(options), `${speed}`], {
    execArgv: ['--expose-gc'],
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  async function ask(what: 'cpu' | 'memory') {
    child.send(what);
    const [answer] = (await once(child, 'message')) as [number];
    return answer;
  }
  return { url, cpuMs: () => ask('cpu'), liveBytes: () => ask('memory'), end: () => child.disconnect() };
}
