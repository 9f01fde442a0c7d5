// How many packets passed in all, whatever a browser forgets: looked at much more often than the SDK does.

/** `forgotten`: of them, those that came so shortly before the browser counted anew that the SDK need not have seen them. */
export type Passed = { readonly packets: number; readonly forgotten: number };

type Look = { readonly at: number; readonly packets: number };
type Following = { packets: number; forgotten: number; last: number; recent: Look[] };

const everyMs = 50;
// The SDK looks every 2 s, and an answer takes its time.
const sdkLooksMs = 2300;

/** Follows the packets of one picture and one sound, retransmissions left out; gives what passed until then. */
export function follow(pc: RTCPeerConnection): () => Record<'audio' | 'video', Passed> {
  const kinds = { audio: start(), video: start() };
  setInterval(async () => {
    const totals = { audio: 0, video: 0 };
    for (const report of (await pc.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      const { kind, packetsReceived = 0, retransmittedPacketsReceived = 0 } = report;
      totals[kind as keyof typeof totals] += packetsReceived - retransmittedPacketsReceived;
    }
    look(kinds.audio, totals.audio);
    look(kinds.video, totals.video);
  }, everyMs);
  return () => ({ audio: told(kinds.audio), video: told(kinds.video) });
}

const start = (): Following => ({ packets: 0, forgotten: 0, last: 0, recent: [] });
const told = ({ packets, forgotten }: Following): Passed => ({ packets, forgotten });

function look(of: Following, total: number) {
  const at = performance.now();
  if (total < of.last) {
    // Between our own last look and the new count some may have come, too.
    const since = of.recent.find((each) => at - each.at <= sdkLooksMs)?.packets ?? of.packets;
    of.forgotten += of.packets - since;
    of.last = 0;
    of.recent = [];
  }
  of.packets += total - of.last;
  of.last = total;
  of.recent.push({ at, packets: of.packets });
}
