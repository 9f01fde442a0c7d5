import { inheritAttributes, stringToMpdXml, toPlaylists } from 'mpd-parser';

/** What mpd-parser makes of a representation, as far as it is used. */
export type ParsedRepresentation = {
  readonly attributes: {
    readonly type?: string;
    readonly mimeType?: string;
    readonly contentType?: string;
    readonly bandwidth: number;
    readonly width?: number;
    readonly height?: number;
    readonly codecs?: string;
    readonly periodStart?: number;
    /** Seconds since the epoch. */
    readonly availabilityStartTime?: number;
    readonly suggestedPresentationDelay?: number;
    readonly minimumUpdatePeriod?: number;
    readonly baseUrl?: string;
  };
  readonly segments?: readonly ParsedMpdSegment[];
  /** Where the segments of one long object are listed. */
  readonly sidx?: ParsedMpdPiece;
};
export type ParsedMpdPiece = {
  readonly resolvedUri: string;
  readonly byterange?: { readonly length: number; readonly offset: number };
};
export type ParsedMpdSegment = ParsedMpdPiece & {
  readonly number: number;
  readonly duration: number;
  readonly presentationTime: number;
  readonly map?: ParsedMpdPiece;
};

/**
 * Of a live MPD the segments that should be there now.
 *
 * @throws where the text is none.
 */
export function parseMpd(text: string, url: string) {
  const root = stringToMpdXml(text);
  const { representationInfo } = inheritAttributes(root, { manifestUri: url });
  return { root, representations: toPlaylists(representationInfo) };
}
