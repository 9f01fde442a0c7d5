import type { View } from 'playscope';
import { attach, traceHeaders } from 'playscope';
import { endSession, sendOffer } from './offer.ts';
import type { Settings } from './settings.ts';

const askAgainMs = 1000;

/** A viewing by WHEP. */
export type Viewing = {
  readonly view: View;
  readonly connection: RTCPeerConnection;
  /** The address of the session at the SFU. */
  readonly session: string;
  /** Ends it on both sides. */
  end(): void;
};

/** Whether somebody broadcasts. Rejects when the SFU does not answer. */
export async function isBroadcast({ sfu, stream: name }: Settings): Promise<boolean> {
  const sessions: { stream: string; role: string; endedAt: number | null }[] = await (
    await fetch(`${sfu}/sessions`)
  ).json();
  return sessions.some(({ stream, role, endedAt }) => stream === name && role === 'publisher' && endedAt === null);
}

/** Watches the stream in `video`, and measures it. */
export async function watch(settings: Settings, video: HTMLVideoElement): Promise<Viewing> {
  const { sfu, collector, stream, reportEveryMs } = settings;
  const connection = new RTCPeerConnection();
  const view = attach(connection, { endpoint: collector, streamId: stream, reportEveryMs, video });
  const media = new MediaStream();
  connection.addEventListener('track', ({ track }) => {
    media.addTrack(track);
    video.srcObject = media;
  });
  for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' });
  try {
    const session = await sendOffer(`${sfu}/whep/${stream}`, connection, traceHeaders(view));
    const end = () => {
      removeEventListener('pagehide', end);
      // Who is lost to the SFU has no session to end.
      if (connection.connectionState !== 'failed') endSession(session);
      connection.close();
    };
    addEventListener('pagehide', end);
    return { view, connection, session, end };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Waits until somebody broadcasts, and says meanwhile what it waits for. */
export async function waitForBroadcast(settings: Settings): Promise<void> {
  for (;;) {
    const isOn = await isBroadcast(settings).catch(() => undefined);
    if (isOn) return sayInLobby('');
    if (isOn === false)
      sayInLobby('Nobody broadcasts by WebRTC yet. The picture comes as soon as somebody does.', true);
    else sayInLobby(`The SFU at ${settings.sfu} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}

/** Says in `[data-lobby]` why there is no picture, with or without the way to one; nothing when there is. */
export function sayInLobby(text: string, isLinked = false): void {
  const lobby = document.querySelector<HTMLElement>('[data-lobby]');
  const words = lobby?.querySelector('span');
  const link = lobby?.querySelector('a');
  if (!lobby || !words || !link) return;
  if (words.textContent !== text) words.textContent = text;
  link.hidden = !isLinked;
  lobby.hidden = text === '';
}
