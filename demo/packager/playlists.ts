import type { Rendition } from '../media/facts.ts';

/** What a playlist lists of a rendition: segments `first` to `last`, numbered from the Unix epoch. */
export type Window = { readonly first: number; readonly last: number; readonly segmentSec: number };

/** The multivariant playlist: one variant per video rendition, all with the one audio group. */
export function masterPlaylist(renditions: readonly Rendition[]): string {
  const videos = renditions.filter(({ kind }) => kind === 'video').reverse();
  const audios = renditions.filter(({ kind }) => kind === 'audio');
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  for (const { name, channels } of audios) {
    lines.push(
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Chimes",LANGUAGE="zxx",DEFAULT=YES,AUTOSELECT=YES,` +
        `CHANNELS="${channels}",URI="${name}/index.m3u8"`,
    );
  }
  const audioPeak = Math.max(0, ...audios.map(({ peakBandwidth }) => peakBandwidth));
  const audioMean = Math.max(0, ...audios.map(({ averageBandwidth }) => averageBandwidth));
  const audioCodecs = audios.map(({ codecs }) => codecs);
  for (const video of videos) {
    const attributes = [
      `BANDWIDTH=${video.peakBandwidth + audioPeak}`,
      `AVERAGE-BANDWIDTH=${video.averageBandwidth + audioMean}`,
      `CODECS="${[video.codecs, ...audioCodecs].join(',')}"`,
      `RESOLUTION=${video.width}x${video.height}`,
      `FRAME-RATE=${video.frameRate?.toFixed(3)}`,
      ...(audios.length ? ['AUDIO="audio"'] : []),
    ];
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${video.name}/index.m3u8`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A media playlist. Live, it tells by EXT-X-PROGRAM-DATE-TIME when each segment's first sample was captured; on demand,
 * it has an end. `keyTag` says how to decrypt a segment; the initialization segment is never encrypted.
 */
export function mediaPlaylist(
  init: string,
  { first, last, segmentSec }: Window,
  { type = 'live', keyTag }: { readonly type?: 'live' | 'vod'; readonly keyTag?: (sequence: number) => string } = {},
): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(segmentSec)}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...(type === 'vod' ? ['#EXT-X-PLAYLIST-TYPE:VOD'] : []),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${init}"`,
  ];
  for (let sequence = first; sequence <= last; sequence++) {
    const capturedAt = new Date(sequence * segmentSec * 1000).toISOString();
    if (keyTag) lines.push(keyTag(sequence));
    if (type === 'live') lines.push(`#EXT-X-PROGRAM-DATE-TIME:${capturedAt}`);
    lines.push(`#EXTINF:${segmentSec.toFixed(3)},`, `seg-${sequence}.m4s`);
  }
  if (type === 'vod') lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}
