/** An object as the origin serves it. */
export type StoredObject = { readonly bytes: Uint8Array; readonly contentType: string; readonly cacheControl: string };

/** The origin's object store, by absolute path. */
export type Store = Map<string, StoredObject>;

// Segment numbers never come again, so a cache may keep a segment as long as it likes.
const segmentCache = 'public, max-age=3600, immutable';
const playlistCache = 'public, max-age=1';

/** A media or initialization segment. */
export function segmentObject(bytes: Uint8Array, kind: 'video' | 'audio'): StoredObject {
  return { bytes, contentType: `${kind}/mp4`, cacheControl: segmentCache };
}

/** An HLS playlist. */
export function playlistObject(text: string): StoredObject {
  return {
    bytes: new TextEncoder().encode(text),
    contentType: 'application/vnd.apple.mpegurl',
    cacheControl: playlistCache,
  };
}
