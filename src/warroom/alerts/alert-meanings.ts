import type { Unit } from '../format.ts';

/** What an alert says to the person who reads it: the short name of its chip, the rule, and where to look first. */
export type Meaning = {
  readonly chip: string;
  readonly rule: string;
  readonly look: string;
  readonly value: string;
  readonly unit: Unit;
};

const meanings: Record<string, Meaning> = {
  ViewersDroppedSuddenly: {
    chip: 'Viewer drop',
    rule: 'Fires when the viewers of a stream stay below 70 % of their recent peak for 30 s. Peaks under 10 do not count.',
    look: 'Errors and stall ratio at the moment of the drop, then the region or protocol that lost its viewers.',
    value: 'Viewers',
    unit: 'count',
  },
  StreamWentDark: {
    chip: 'Stream dark',
    rule: 'Fires when nobody watches a stream that had viewers a short while ago, also when its reports stop altogether.',
    look: 'Whether segments are still published, and whether the players can reach this collector.',
    value: 'Viewers',
    unit: 'count',
  },
  IngestBitrateLow: {
    chip: 'Ingest bitrate',
    rule: 'Fires when the mean bitrate at the ingest over 30 s is below the minimum of the stream.',
    look: 'The encoder and its uplink: frame drops beside a falling bitrate point to the network.',
    value: 'Bitrate',
    unit: 'kbps',
  },
  SegmentPublishSlow: {
    chip: 'Publish slow',
    rule: 'Fires when p95 from frames in to segment published is above the target: 1 s for low latency, else one segment.',
    look: 'A publish trace: encrypting, uploading or the playlist update takes the time.',
    value: 'p95',
    unit: 'ms',
  },
  WebRTCPacketLossHigh: {
    chip: 'WebRTC loss',
    rule: 'Fires when lost ÷ (lost + received) stays above 3 % for 30 s. The chart also marks 2 %.',
    look: 'One region points to the last mile, all of them to the SFU or its uplink.',
    value: 'Loss',
    unit: 'ratio',
  },
  OriginSlow: {
    chip: 'Origin slow',
    rule: 'Fires when p95 of the origin request latency is above 200 ms.',
    look: 'Requests per second beside the latency: high is load or a cold cache, normal is the store behind the origin.',
    value: 'p95',
    unit: 'ms',
  },
};

/** The meaning of an alert; one that is not known is shown by its name and summary alone. */
export function meaningOf(name: string): Meaning {
  return meanings[name] ?? { chip: name, rule: '', look: '', value: 'Value', unit: 'count' };
}
