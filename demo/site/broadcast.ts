import type { View } from 'playscope';
import { attach } from 'playscope';
import { showFigures } from './figures.ts';
import { endSession, sendOffer } from './offer.ts';
import { linkUp, readSettings, streamName } from './settings.ts';
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
  status.textContent = 'Off air.';
});
addEventListener('pagehide', () => stop());
void broadcast(startTestPicture);

async function broadcast(start: () => Source | Promise<Source>): Promise<void> {
  try {
    const source = await start();
    stop();
    await publish(source);
  } catch (error) {
    status.textContent = `Nothing is broadcast: ${error instanceof Error ? error.message : error}`;
  }
}

async function publish(source: Source): Promise<void> {
  const pc = new RTCPeerConnection();
  const isFirst = view === undefined;
  view = attach(pc as never, { endpoint: collector, streamId, reportEveryMs } as never);
  let session: string | undefined;
  stop = () => {
    stop = () => {};
    pc.close();
    source.stop();
    video.srcObject = null;
    if (session) endSession(session);
  };
  for (const track of source.stream.getTracks()) {
    pc.addTransceiver(track, { direction: 'sendonly', streams: [source.stream] });
  }
  pc.addEventListener('connectionstatechange', () => {
    const text = states[pc.connectionState];
    if (text) status.textContent = text;
  });
  video.srcObject = source.stream;
  // For the console, and for tests.
  Object.assign(globalThis, { pc, view, video });
  if (isFirst) showFigures({ snapshot: () => (view as View).snapshot() });
  session = await sendOffer(`${sfu}/whip/${streamName}`, pc);
}
