const longestGatheringMs = 1000;

/**
 * Sends a connection's offer by WHIP or WHEP, and takes the answer. Resolves to the address of the session, which ends by
 * DELETE; rejects with the server's sentence.
 */
export async function sendOffer(
  url: string,
  connection: RTCPeerConnection,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  await connection.setLocalDescription();
  await gathered(connection);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp', ...headers },
    body: connection.localDescription?.sdp ?? '',
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(text.trim() || `${response.status} ${response.statusText}`);
  await connection.setRemoteDescription({ type: 'answer', sdp: text });
  return new URL(response.headers.get('Location') ?? '', url).href;
}

/** Ends a session, from a page that goes away too. */
export function endSession(url: string): void {
  void fetch(url, { method: 'DELETE', keepalive: true }).catch(() => {});
}

/** The exchange has no second message, so the offer has to wait for its candidates. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const check = () => connection.iceGatheringState === 'complete' && resolve();
    connection.addEventListener('icegatheringstatechange', check);
    setTimeout(resolve, longestGatheringMs);
    check();
  });
}
