import { startCollector } from 'playscope/collector';
import type { Running } from '../demo/listen.ts';
import { startOrigin } from '../demo/origin.ts';
import { startSfu } from '../demo/sfu.ts';
import { startSite } from '../demo/site.ts';
import type { Audience } from './audience.ts';
import { audience } from './audience.ts';

/** Something to take away: a fault, a page. */
export type TakeAway = () => Promise<unknown>;

/** A live stream with people before it, and what can be broken of it. */
export type Stage = {
  readonly collectorUrl: string;
  readonly audience: Audience;
  /** Orders a fault of the origin or of the SFU (demo/README.md). */
  fault(at: 'origin' | 'sfu', order: object): Promise<TakeAway>;
  /** The address of a page of the demo that is told of this stage. */
  page(name: string): string;
  close(): Promise<void>;
};

// `stream.id` of the demo.
const streamId = 'demo';
const reportEveryMs = 5000;

/** Starts the demo on free ports. */
export async function startStage(): Promise<Stage> {
  const collector = await startCollector({ port: 0 });
  const telling = { port: 0, collector: collector.url, reportEveryMs };
  const [origin, sfu, site] = await Promise.all([startOrigin(telling), startSfu(telling), startSite({ port: 0 })]);
  const people = audience({ url: `${origin.url}/live/master.m3u8`, streamId, endpoint: collector.url });
  const addresses = { collector: collector.url, origin: origin.url, sfu: sfu.url, report: String(reportEveryMs) };

  return {
    collectorUrl: collector.url,
    audience: people,
    fault: (at, order) => addFault(at === 'origin' ? origin : sfu, order),
    page: (name) => `${site.url}/${name}?${new URLSearchParams(addresses)}`,
    async close() {
      await people.become(0);
      // The servers have something left to tell the collector.
      await Promise.all([origin.close(), sfu.close(), site.close()]);
      await collector.close();
    },
  };
}

async function addFault({ url }: Running, order: object): Promise<TakeAway> {
  const answer = await fetch(`${url}/faults`, { method: 'POST', body: JSON.stringify(order) });
  if (answer.status !== 201) throw new Error(`The fault was refused: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return () => fetch(`${url}/faults/${id}`, { method: 'DELETE' });
}
