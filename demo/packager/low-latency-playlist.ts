/** A partial segment as a playlist lists it. */
export type Part = { readonly uri: string; readonly durationSec: number; readonly isIndependent: boolean };

/** A segment that is listed: with its parts where it is recent, and without an end while it is being captured. */
export type ListedSegment = {
  readonly sequence: number;
  readonly uri: string;
  readonly parts: readonly Part[];
  readonly isComplete: boolean;
};

/** The last part of another rendition. */
export type Report = { readonly uri: string; readonly sequence: number; readonly part: number };

export type LowLatencyPlaylist = {
  readonly init: string;
  readonly segmentSec: number;
  /** The longest part. */
  readonly partTargetSec: number;
  readonly segments: readonly ListedSegment[];
  /** The part to be published next. */
  readonly hint: string;
  readonly reports: readonly Report[];
};

/** A live media playlist with partial segments (RFC 8216bis). */
export function lowLatencyPlaylist(listed: LowLatencyPlaylist): string {
  const { init, segmentSec, partTargetSec, segments, hint, reports } = listed;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${Math.ceil(segmentSec)}`,
    // The least that the standard asks for: three parts, three segments.
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${decimal(3 * partTargetSec)},HOLD-BACK=${decimal(3 * segmentSec)}`,
    `#EXT-X-PART-INF:PART-TARGET=${decimal(partTargetSec)}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequence ?? 0}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${init}"`,
    ...segments.flatMap((segment) => segmentLines(segment, segmentSec)),
    `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hint}"`,
    ...reports.map(
      ({ uri, sequence, part }) => `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${sequence},LAST-PART=${part}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function segmentLines({ sequence, uri, parts, isComplete }: ListedSegment, segmentSec: number): string[] {
  return [
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(sequence * segmentSec * 1000).toISOString()}`,
    ...parts.map(
      (part) =>
        `#EXT-X-PART:DURATION=${decimal(part.durationSec)},URI="${part.uri}"${part.isIndependent ? ',INDEPENDENT=YES' : ''}`,
    ),
    ...(isComplete ? [`#EXTINF:${segmentSec.toFixed(3)},`, uri] : []),
  ];
}

function decimal(seconds: number): string {
  return seconds.toFixed(3);
}
