/**
 * No event tells that a page closes its own connection, so that the method is wrapped, on this one object alone. It does what
 * it did, throws what it threw, and is as it was after the abort.
 *
 * @param before called right before; the connection still answers.
 */
export function onClose(pc: RTCPeerConnection, signal: AbortSignal, before: () => void): void {
  const own = Object.getOwnPropertyDescriptor(pc, 'close');
  const original = pc.close;
  function close(this: RTCPeerConnection, ...rest: []) {
    if (!signal.aborted) before();
    return original.apply(this, rest);
  }
  Object.defineProperty(pc, 'close', { value: close, configurable: true, writable: true, enumerable: false });
  signal.addEventListener('abort', () => {
    // Whoever wrapped it after us keeps their wrap; ours in it only passes on.
    if (pc.close !== close) return;
    if (own) Object.defineProperty(pc, 'close', own);
    else Reflect.deleteProperty(pc, 'close');
  });
}
