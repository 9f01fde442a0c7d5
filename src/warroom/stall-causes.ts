const words: Record<string, string> = {
  live_edge: 'live edge',
  decode: 'decoder',
  key: 'waiting for a key',
  webrtc: 'WebRTC freeze',
  unknown: 'cause unknown',
};

/** `stall.cause` for people: one word for one thing on all of the page. */
export function stallCause(cause: string): string {
  return words[cause] ?? cause;
}
