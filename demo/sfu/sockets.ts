import type { RTCPeerConnection, Transport } from 'werift';

/** What a leg does with its datagrams: `pass` lets one on, at once, later, or never. */
export type Tap = {
  outgoing(datagram: Uint8Array, pass: () => void): void;
  incoming(datagram: Uint8Array, pass: () => void): void;
};

/**
 * Puts a tap into every socket of a connection, under ICE, DTLS and SRTP alike: what it keeps back is lost on the way
 * for both ends, and what it counts is what was really sent. Sockets exist once candidates are gathered.
 */
export function tapSockets(connection: RTCPeerConnection, { outgoing, incoming }: Tap): void {
  for (const { connection: ice } of connection.iceTransports) {
    // werift has no public way to its sockets; an ICE restart keeps them.
    const protocols: readonly { readonly transport?: Transport }[] = Reflect.get(ice, 'protocols') ?? [];
    for (const { transport } of protocols) {
      if (!transport) continue;
      const send = transport.send;
      const receive = transport.onData;
      transport.send = async (datagram, address) =>
        outgoing(datagram, () => {
          // The socket may have been closed while the datagram waited.
          if (!transport.closed) void send(datagram, address).catch(() => {});
        });
      transport.onData = (datagram, address) => incoming(datagram, () => receive(datagram, address));
    }
  }
}
