import type { Stream } from '../api.ts';
import { format } from '../format.ts';
import { stallCause } from '../stall-causes.ts';

/** One column of the table of streams; `more` is a second, smaller line. */
export type Column = {
  readonly title: string;
  readonly about: string;
  readonly text: (stream: Stream) => string;
  readonly more?: (stream: Stream) => string;
};

export const columns: readonly Column[] = [
  { title: 'Viewers', about: 'Watching now', text: ({ viewers }) => format('count', viewers) },
  { title: 'Peak', about: 'Most viewers at a time', text: ({ peakViewers }) => format('count', peakViewers) },
  {
    title: 'Plays',
    about: 'Play attempts, and how many left before a frame',
    text: ({ plays }) => format('count', plays),
    more: ({ exitsBeforeStart: left }) => (left > 0 ? `${format('count', left)} left early` : ''),
  },
  { title: 'Startup p50', about: 'Play to first frame', text: ({ startup }) => format('seconds', startup.p50) },
  { title: 'Startup p95', about: 'Play to first frame', text: ({ startup }) => format('seconds', startup.p95) },
  { title: 'Stall ratio', about: 'Share of watch time', text: ({ stallRatio }) => format('ratio', stallRatio) },
  { title: 'Stalls', about: 'And their causes', text: ({ stalls }) => format('count', stalls), more: causesText },
  { title: 'Fetch p95', about: 'Segment request to last byte', text: ({ fetch }) => format('seconds', fetch.p95) },
  {
    title: 'Bitrate',
    about: 'Average of what was shown',
    text: ({ averageBitrate: bits }) => format('kbps', bits === null ? null : bits / 1000),
  },
  {
    title: 'Frames lost',
    about: 'Dropped, of all frames in visible players',
    text: ({ droppedFrameRatio }) => format('ratio', droppedFrameRatio),
  },
  { title: 'Latency p50', about: 'Camera to screen', text: ({ liveLatency }) => format('seconds', liveLatency.p50) },
  {
    title: 'Errors',
    about: 'Failed requests and what ended playback',
    text: ({ errors }) => format('count', sumOf(errors)),
    more: fatalText,
  },
];

function causesText({ stallsByCause }: Stream): string {
  const causes = Object.entries(stallsByCause).sort(([, a], [, b]) => b - a);
  return causes.map(([cause, count]) => `${format('count', count)} ${stallCause(cause)}`).join(', ');
}

function fatalText({ errors }: Stream): string {
  const fatal = sumOf(errors.filter((error) => error.fatal));
  return fatal > 0 ? `${format('count', fatal)} fatal` : '';
}

function sumOf(errors: Stream['errors']): number {
  return errors.reduce((sum, { count }) => sum + count, 0);
}
