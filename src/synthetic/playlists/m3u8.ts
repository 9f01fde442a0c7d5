import { Parser } from 'm3u8-parser';

/** What m3u8-parser makes of a playlist, as far as it is used. */
export type ParsedPlaylist = {
  readonly playlists?: readonly Variant[];
  readonly mediaGroups?: { readonly AUDIO?: Record<string, Record<string, Alternative>> };
  readonly segments: readonly ParsedSegment[];
  readonly mediaSequence?: number;
  readonly targetDuration?: number;
  readonly endList?: boolean;
  readonly serverControl?: { readonly 'HOLD-BACK'?: number };
};
export type Variant = {
  readonly uri: string;
  readonly attributes: {
    readonly BANDWIDTH?: number;
    readonly 'AVERAGE-BANDWIDTH'?: number | string;
    readonly CODECS?: string;
    readonly RESOLUTION?: { readonly width: number; readonly height: number };
    readonly AUDIO?: string;
  };
};
type Alternative = { readonly uri?: string; readonly default?: boolean };
export type ParsedPiece = {
  readonly uri: string;
  readonly byterange?: { readonly length: number; readonly offset: number };
};
type ParsedSegment = ParsedPiece & {
  readonly duration: number;
  readonly map?: ParsedPiece;
  readonly key?: { readonly method: string; readonly uri?: string };
  readonly programDateTime?: number;
};

/** @throws where the text is no playlist. */
export function parsePlaylist(text: string): ParsedPlaylist {
  if (!text.replace(/^\uFEFF/, '').startsWith('#EXTM3U'))
    throw new Error('expected a playlist that begins with #EXTM3U');
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}
