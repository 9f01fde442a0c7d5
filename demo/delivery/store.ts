import type { Growth } from './growth.ts';

/** An object as the origin serves it. */
export type StoredObject = {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Of an object that is still being produced: which of its bytes are there to be sent. */
  readonly growth?: Growth;
  /** Where a request may ask for more than there is yet: resolves to what to send in the end, or to a status. */
  readonly awaited?: (query: string, gone: AbortSignal) => Promise<StoredObject | number>;
};

/** The origin's object store, by absolute path. */
export type Store = Map<string, StoredObject>;

// Segment numbers never come again, so a cache may keep a segment as long as it likes.
const segmentCache = 'public, max-age=3600, immutable';
const playlistCache = 'public, max-age=1';

/** A media or initialization segment. */
export function segmentObject(bytes: Uint8Array, kind: 'video' | 'audio'): StoredObject {
  return { bytes, contentType: `${kind}/mp4`, cacheControl: segmentCache };
}

/** A decryption key. No cache keeps it, so that each viewing asks for it. */
export function keyObject(bytes: Uint8Array): StoredObject {
  return { bytes, contentType: 'application/octet-stream', cacheControl: 'no-store' };
}

/** An HLS playlist. */
export function playlistObject(text: string): StoredObject {
  return textObject(text, 'application/vnd.apple.mpegurl', playlistCache);
}

/** A DASH manifest. */
export function mpdObject(text: string): StoredObject {
  return textObject(text, 'application/dash+xml', playlistCache);
}

/** The time of `now` (Unix milliseconds) at each reading, in ISO 8601: a clock for players (UTCTiming). */
export function clockObject(now: () => number): StoredObject {
  return {
    ...textObject('', 'text/plain; charset=utf-8', 'no-store'),
    get bytes() {
      return encode(new Date(now()).toISOString());
    },
  };
}

/** A value for programs. */
export function jsonObject(value: unknown): StoredObject {
  return textObject(JSON.stringify(value), 'application/json', 'no-store');
}

/** Whether a path names a playlist or a manifest: what changes while the stream goes on. */
export function isPlaylist(path: string): boolean {
  return /\.(m3u8|mpd)$/.test(path);
}

/** A line or page of text. */
export function textObject(text: string, contentType: string, cacheControl: string): StoredObject {
  return { bytes: encode(text), contentType, cacheControl };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
