// What is used of the parsers of the video.js project, which come without types of their own.
declare module 'm3u8-parser' {
  export class Parser {
    push(text: string): void;
    end(): void;
    readonly manifest: import('./m3u8.ts').ParsedPlaylist;
  }
}

declare module 'mpd-parser' {
  export function stringToMpdXml(text: string): Element;
  export function inheritAttributes(
    mpd: Element,
    options: { manifestUri: string; NOW?: number },
  ): {
    readonly representationInfo: readonly object[];
  };
  export function toPlaylists(representations: readonly object[]): import('./mpd.ts').ParsedRepresentation[];
}
