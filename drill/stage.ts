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
  /** Serves `/live/master.m3u8` and `/live/manifest.mpd`. */
  readonly originUrl: string;
  readonly audience: Audience;
  /** Orders a fault of the origin or of the SFU (demo/README.md). */
  fault(at: 'origin' | 'sfu', order: object): Promise<TakeAway>;
  /** The address of a page of the demo that is told of this stage. */
  page(name: string): string;
  close(): Promise<void>;
};

/** Whom a stage tells what happens: OTLP base URLs. */
export type Told = {
  readonly players: string;
  readonly servers: string;
  /** `stream.id` of all of it. */
  readonly streamId: string;
};

const reportEveryMs = 5000;

/** Starts the demo on free ports. */
export async function startStage({ players, servers, streamId }: Told): Promise<Stage> {
  const telling = { port: 0, collector: servers, reportEveryMs };
  const [origin, sfu, site] = await Promise.all([
    startOrigin({ ...telling, streamId }),
    startSfu(telling),
    startSite({ port: 0 }),
  ]);
  const people = audience({ url: `${origin.url}/live/master.m3u8`, streamId, endpoint: players });
  const addresses = {
    ...{ collector: players, origin: origin.url, sfu: sfu.url },
    ...{ stream: streamId, report: String(reportEveryMs) },
  };

  return {
    originUrl: origin.url,
    audience: people,
    fault: (at, order) => addFault(at === 'origin' ? origin : sfu, order),
    page: (name) => `${site.url}/${name}?${new URLSearchParams(addresses)}`,
    async close() {
      await people.become(0);
      // The servers have something left to tell the collector.
      await Promise.all([origin.close(), sfu.close(), site.close()]);
    },
  };
}

async function addFault({ url }: Running, order: object): Promise<TakeAway> {
  const answer = await fetch(`${url}/faults`, { method: 'POST', body: JSON.stringify(order) });
  if (answer.status !== 201) throw new Error(`The fault was refused: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return () => fetch(`${url}/faults/${id}`, { method: 'DELETE' });
}
