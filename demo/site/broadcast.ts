import type { View } from 'playscope';
import { attach, traceHeaders } from 'playscope';
import { showFigures } from './figures.ts';
import { endSession, sendOffer } from './offer.ts';
import { linkUp, readSettings } from './settings.ts';
import type { Source } from './test-picture.ts';
import { startCamera, startTestPicture } from './test-picture.ts';

const settings = readSettings();
const { collector, sfu, stream: streamId, reportEveryMs } = settings;
const video = document.querySelector('video') as HTMLVideoElement;
const status = document.querySelector('[data-broadcast]') as HTMLElement;
let view: View | undefined;
let stop = () => {};

const states: Partial<Record<RTCPeerConnectionState, string>> = {
  connected: 'On air.',
  disconnected: 'The SFU does not answer.',
  failed: 'The connection is lost: the SFU has gone, or somebody else broadcasts. Press a button to begin again.',
};

linkUp(settings);
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-source]')) {
  const start = button.dataset.source === 'camera' ? startCamera : startTestPicture;
  button.addEventListener('click', () => void broadcast(start));
}
document.querySelector('[data-stop]')?.addEventListener('click', () => {
  stop();
  say('Off air.');
});
addEventListener('pagehide', () => stop());
void broadcast(startTestPicture);

function say(text: string, isOnAir = false): void {
  status.textContent = text;
  status.toggleAttribute('data-on-air', isOnAir);
}

async function broadcast(start: () => Source | Promise<Source>): Promise<void> {
  try {
    const source = await start();
    stop();
    await publish(source);
  } catch (error) {
    say(`Nothing is broadcast: ${error instanceof Error ? error.message : error}`);
  }
}

async function publish(source: Source): Promise<void> {
  const pc = new RTCPeerConnection();
  const isFirst = view === undefined;
  view = attach(pc, { endpoint: collector, streamId, reportEveryMs });
  let session: string | undefined;
  stop = () => {
    stop = () => {};
    pc.close();
    source.stop();
    video.srcObject = null;
    if (session) endSession(session);
  };
  for (const track of source.stream.getTracks()) {
    // As much as the largest rendition of HLS and DASH has, so that the three can be compared.
    const sendEncodings = track.kind === 'video' ? [{ maxBitrate: 600_000 }] : [];
    pc.addTransceiver(track, { direction: 'sendonly', streams: [source.stream], sendEncodings });
  }
  pc.addEventListener('connectionstatechange', () => {
    const text = states[pc.connectionState];
    if (text) say(text, pc.connectionState === 'connected');
  });
  video.srcObject = source.stream;
  // For the console, and for tests.
  Object.assign(globalThis, { pc, view, video });
  if (isFirst) showFigures({ snapshot: () => (view as View).snapshot() });
  session = await sendOffer(`${sfu}/whip/${streamId}`, pc, traceHeaders(view));
}
