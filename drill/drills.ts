import type { AlertName } from '../src/core/alerts.ts';
import type { Stage, TakeAway } from './stage.ts';
import { watchByWebrtc } from './webrtc.ts';

/** One fault, and the alert that has to say so. */
export type Drill = {
  readonly alert: AlertName;
  /** What is done, for people. */
  readonly fault: string;
  /** Alerts that are true as well while this fault lasts. */
  readonly implies: readonly AlertName[];
  /** What has to be there besides the audience; resolves to what ends it. */
  readonly prepare?: (stage: Stage) => Promise<TakeAway>;
  /** Resolves to what takes the fault away. */
  readonly inject: (stage: Stage) => Promise<TakeAway>;
};

/** So many watch while all is well. */
export const audienceSize = 20;
const staying = 8;

/** One for each alert, those first that leave no trace in the history of viewers. */
export const drills: readonly Drill[] = [
  {
    alert: 'IngestBitrateLow',
    fault: 'of every segment only the first frame comes in',
    implies: [],
    inject: (stage) => stage.fault('origin', { match: 'seg-', effect: 'drop-frames', value: 1 }),
  },
  {
    alert: 'SegmentPublishSlow',
    fault: 'each upload of a segment takes 1.5 s',
    implies: [],
    inject: (stage) => stage.fault('origin', { match: '/live/**', effect: 'slow-upload', value: 1500 }),
  },
  {
    alert: 'OriginSlow',
    fault: 'each answer of the origin begins 0.4 s late',
    implies: [],
    inject: (stage) => stage.fault('origin', { match: '/live/**', effect: 'delay', value: 400 }),
  },
  {
    alert: 'WebRTCPacketLossHigh',
    fault: '8 % of the packets to viewers are lost',
    implies: [],
    prepare: watchByWebrtc,
    inject: (stage) => stage.fault('sfu', { match: '/whep/**', effect: 'loss', value: 0.08, seed: 1 }),
  },
  {
    alert: 'ViewersDroppedSuddenly',
    fault: `${audienceSize - staying} of ${audienceSize} viewers leave`,
    implies: [],
    inject: (stage) => leaving(stage, staying),
  },
  {
    alert: 'StreamWentDark',
    fault: 'all viewers leave',
    // Nobody is less than 70 % of those who were there.
    implies: ['ViewersDroppedSuddenly'],
    inject: (stage) => leaving(stage, 0),
  },
];

async function leaving({ audience }: Stage, left: number): Promise<TakeAway> {
  await audience.become(left);
  return () => audience.become(audienceSize);
}
