import type { Snapshot } from 'playscope';
import { kilobits, milliseconds, percent, seconds, unknown } from './quantities.ts';
import type { Row } from './rows.ts';

type Webrtc = NonNullable<Snapshot['webrtc']>;
type Stream = Webrtc['streams'][number];

/** What the connection of a viewer tells, beside what every viewing does. */
export function connectionRows(webrtc: Webrtc): readonly Row[] {
  const video = streamOf(webrtc, 'received', 'video');
  const audio = streamOf(webrtc, 'received', 'audio');
  return [
    ...connection(webrtc),
    ['Picture', pictureOf(video)],
    ['Sound', kilobits(audio?.bitrate)],
    ['Loss, picture', lossOf(video)],
    ['Loss, sound', lossOf(audio)],
    ['Jitter', `${milliseconds(video?.jitterSec)}, sound ${milliseconds(audio?.jitterSec)}`],
    [
      'Jitter buffer',
      `${milliseconds(video?.jitterBufferDelaySec)}, sound ${milliseconds(audio?.jitterBufferDelaySec)}`,
    ],
    ['Asked for', feedbackOf(video)],
  ];
}

/** What the connection of a broadcaster tells. */
export function sentRows(webrtc: Webrtc): readonly Row[] {
  const video = streamOf(webrtc, 'sent', 'video');
  const audio = streamOf(webrtc, 'sent', 'audio');
  return [
    ...connection(webrtc),
    ['Picture', pictureOf(video)],
    ['Sound', kilobits(audio?.bitrate)],
    ['Loss, picture', percent(video?.lossRatio)],
    ['Loss, sound', percent(audio?.lossRatio)],
    ['Was asked for', feedbackOf(video)],
  ];
}

function connection({ state, setupSec, rttSec, pair, disconnects, iceRestarts }: Webrtc): readonly Row[] {
  const troubles = [
    ...(disconnects > 0 ? [`disconnected ${disconnects} ×`] : []),
    ...(iceRestarts > 0 ? [`ICE restarted ${iceRestarts} ×`] : []),
  ];
  return [
    ['Connection', [state, ...troubles].join(', ')],
    ['Set up in', seconds(setupSec, 2)],
    ['Round trip', milliseconds(rttSec)],
    [
      'Way',
      pair ? `${pair.localType ?? unknown} to ${pair.remoteType ?? unknown}, ${pair.protocol ?? unknown}` : unknown,
    ],
  ];
}

function streamOf({ streams }: Webrtc, direction: Stream['direction'], kind: Stream['kind']): Stream | undefined {
  return streams.find((stream) => stream.direction === direction && stream.kind === kind);
}

function pictureOf(video: Stream | undefined): string {
  const { framesPerSec, bitrate } = video ?? {};
  return framesPerSec === undefined ? unknown : `${Math.round(framesPerSec)} frames/s, ${kilobits(bitrate)}`;
}

function lossOf(stream: Stream | undefined): string {
  return stream ? `${percent(stream.lossRatio)}, in all ${stream.packetsLost} packets` : unknown;
}

function feedbackOf(video: Stream | undefined): string {
  return video ? `${video.nacks} NACK, ${video.plis} PLI` : unknown;
}
