import { setTimeout as wait } from 'node:timers/promises';
import type { Snapshot } from 'playscope';
import type { Span } from '../../e2e/collector.ts';
import { collectorApi } from '../../e2e/collector.ts';
import type { RtcFault, Sfu, SfuSession } from '../../e2e/sfu.ts';
import { counterOf } from '../reported.ts';
import type { Tab } from './browsers.ts';
import type { follow } from './page/follow.ts';
import type { Pair } from './page/pair.ts';
import type { Witness } from './page/witness.ts';
import type { Report, Sight } from './sight.ts';

declare global {
  interface Window {
    rtcWitness: Witness;
    pair: Pair;
    far: RTCPeerConnection;
    /** What `pc` received in all. */
    passed: ReturnType<typeof follow>;
  }
}

export type Place = {
  readonly collectorUrl: string;
  readonly sfu: Sfu;
  /** `stream.id` of this page alone. */
  readonly stream: string;
  readonly whep: string;
};

/** A page with a connection that the SDK and a witness watch, and what can be asked of it. */
export type Connected = {
  readonly tab: Tab;
  snapshot(): Promise<Snapshot>;
  /** Waits until this holds of a snapshot. */
  until(holds: (snapshot: Snapshot) => boolean, timeoutMs?: number): Promise<Snapshot>;
  /** Waits until so many more frames were painted. */
  paints(frames: number): Promise<void>;
  /** Waits until nothing was painted for so long. */
  stands(ms: number): Promise<void>;
  /** Waits until the connection is in this state. */
  reaches(state: RTCPeerConnectionState): Promise<void>;
  /** Waits until the browser's counters have not moved for longer than the SDK may take to look at them, and gives them. */
  settles(): Promise<Report[]>;
  reports(): Promise<Report[]>;
  sight(): Promise<Sight>;
  /** Lets the SDK send what is left, and ends the page. */
  leave(): Promise<void>;
  /** What arrived at the collector: the sum of a counter over its series with these labels. */
  told(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Waits until the sum of a counter is so much. */
  arrives(name: string, least: number): Promise<void>;
  spans(): Promise<Span[]>;
};

/** The same with a leg of the SFU. */
export type Watching = Connected & {
  /** The leg's id at the SFU. */
  readonly session: string;
  /** Lets a fault meet this viewer alone. */
  fault(fault: Omit<RtcFault, 'match'>): Promise<string>;
  /** The leg, as the SFU has it. */
  leg(): Promise<SfuSession>;
};

export type PairOpening = {
  /** Sounds beside the picture; default 1. */
  readonly tracks?: number;
  /** Default true. */
  readonly attach?: boolean;
  /** Reports as seldom as by default, not as often as the bench wants to hear of it. */
  readonly seldom?: boolean;
};

const patienceMs = 45_000;
// The SDK looks every 2 s, and a decoder that gets no frames asks for a key frame after three.
const settledMs = 4000;
const options = (place: Place) => ({ endpoint: place.collectorUrl, streamId: place.stream });
// Not to wait long for what is told.
const often = { reportEveryMs: 2000 };

/** Views the stream in a page. */
export async function openWatching(tab: Tab, place: Place): Promise<Watching> {
  const address = await tab.evaluate(([url, attach]) => window.rtc.view(url, attach), [
    place.whep,
    { ...options(place), ...often },
  ] as const);
  const session = address.slice(address.lastIndexOf('/') + 1);
  return {
    ...connected(tab, place),
    session,
    fault: (fault) => place.sfu.fault({ ...fault, match: session }),
    leg: () => place.sfu.session(session),
  };
}

/** Connects two connections of a page. */
export async function connectPair(
  tab: Tab,
  place: Place,
  { tracks = 1, attach = true, seldom = false }: PairOpening,
): Promise<Connected> {
  await tab.evaluate(([given, count]) => window.pair.connect(given ?? undefined, count), [
    attach ? { ...options(place), ...(!seldom && often) } : null,
    tracks,
  ] as const);
  return connected(tab, place);
}

function connected(tab: Tab, { collectorUrl, stream }: Place): Connected {
  const collector = collectorApi(collectorUrl, stream);

  async function poll<Value>(
    what: string,
    ask: () => Promise<Value>,
    holds: (value: Value) => boolean,
    ms = patienceMs,
  ) {
    const ends = performance.now() + ms;
    for (;;) {
      const value = await ask();
      if (holds(value)) return value;
      if (performance.now() > ends) throw new Error(`waited ${ms} ms for ${what}: ${JSON.stringify(value)}`);
      await wait(50);
    }
  }

  const page: Connected = {
    tab,
    snapshot: () => tab.evaluate(() => window.view.snapshot()),
    until: (holds, timeoutMs) => poll(String(holds), page.snapshot, holds, timeoutMs),
    async paints(frames) {
      const painted = () => tab.evaluate(() => window.rtcWitness.frames());
      const from = await painted();
      await poll(`${frames} more frames`, painted, (now) => now >= from + frames);
    },
    async stands(ms) {
      await poll(
        `a standstill of ${ms} ms`,
        () => tab.evaluate(() => window.rtcWitness.standsForMs()),
        (now) => now >= ms,
      );
    },
    async reaches(state) {
      await poll(
        state,
        () => tab.evaluate(() => window.pc.connectionState),
        (now) => now === state,
      );
    },
    async settles() {
      let before = '';
      let since = performance.now();
      return poll('counters at rest', page.reports, (reports) => {
        const counted = JSON.stringify(reports.filter(({ type }) => type === 'inbound-rtp').map(still));
        if (counted !== before) [before, since] = [counted, performance.now()];
        return performance.now() - since >= settledMs;
      });
    },
    reports: () => tab.evaluate(() => window.rtcWitness.reports()),
    sight: () => tab.evaluate(() => window.rtcWitness.sight()),
    async leave() {
      await tab.evaluate(() => window.view?.detach());
      await tab.close();
    },
    told: (name, labels) => counterOf(collectorUrl, stream, name, labels),
    async arrives(name, least) {
      const sum = () => page.told(name);
      await poll(`${least} of ${name}`, sum, (now) => now >= least);
    },
    spans: () => collector.spans(),
  };
  return page;
}

/** What moves only with packets: sound is made up for as long as none comes. */
function still({ packetsReceived, packetsLost, bytesReceived, nackCount, pliCount }: Report) {
  return { packetsReceived, packetsLost, bytesReceived, nackCount, pliCount };
}
