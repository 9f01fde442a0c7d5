import type { Rendition } from '../media/facts.ts';

/** What an MPD says; elements line by line. */
export type Contents = {
  readonly attributes: readonly string[];
  /** Before the Period, at the beginning of each AdaptationSet, and behind the Period. */
  readonly start?: readonly string[];
  readonly inSets?: readonly string[];
  readonly end?: readonly string[];
  readonly renditions: readonly { readonly rendition: Rendition; readonly segments: readonly string[] }[];
};

/** Writes an MPD of one Period, with an AdaptationSet for the video and one for the sound. */
export function writeMpd({ attributes, start = [], inSets = [], end = [], renditions }: Contents): string {
  const all = [
    'xmlns="urn:mpeg:dash:schema:mpd:2011"',
    'profiles="urn:mpeg:dash:profile:isoff-live:2011"',
    ...attributes,
  ];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD ${all.join(' ')}>`,
    ...indent(2, start),
    '  <Period id="0" start="PT0S">',
    ...(['video', 'audio'] as const).flatMap((kind) => {
      const alike = renditions.filter(({ rendition }) => rendition.kind === kind);
      const language = kind === 'audio' ? ' lang="zxx"' : '';
      return [
        `    <AdaptationSet contentType="${kind}" mimeType="${kind}/mp4"${language} segmentAlignment="true" startWithSAP="1">`,
        ...indent(6, inSets),
        ...alike.flatMap(({ rendition, segments }) => representation(rendition, segments)),
        '    </AdaptationSet>',
      ];
    }),
    '  </Period>',
    ...indent(2, end),
    '</MPD>',
  ];
  return `${lines.join('\n')}\n`;
}

function representation(rendition: Rendition, segments: readonly string[]): string[] {
  const { name, codecs, peakBandwidth, width, height, frameRate, sampleRate, channels } = rendition;
  const shape =
    rendition.kind === 'video'
      ? `width="${width}" height="${height}" frameRate="${frameRate}"`
      : `audioSamplingRate="${sampleRate}"`;
  const channelScheme = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011';
  return [
    `      <Representation id="${name}" codecs="${codecs}" bandwidth="${peakBandwidth}" ${shape}>`,
    ...(channels ? [`        <AudioChannelConfiguration schemeIdUri="${channelScheme}" value="${channels}"/>`] : []),
    ...indent(8, segments),
    '      </Representation>',
  ];
}

function indent(spaces: number, lines: readonly string[]): string[] {
  return lines.map((line) => ' '.repeat(spaces) + line);
}
