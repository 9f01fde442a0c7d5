import { showFaultButtons } from './fault-buttons.ts';
import { showFigures } from './figures.ts';
import { linkUp, readSettings } from './settings.ts';
import { sfuFaults } from './sfu-faults.ts';
import type { Viewing } from './whep.ts';
import { isBroadcast, sayInLobby, waitForBroadcast, watch } from './whep.ts';

const settings = readSettings();
const video = document.querySelector('video') as HTMLVideoElement;
const button = document.querySelector('[data-reconnect]') as HTMLButtonElement;
let viewing: Viewing | undefined;

linkUp(settings);
showFaultButtons(
  settings.sfu,
  sfuFaults(() => `/whep/${settings.stream}/${viewing?.session.split('/').at(-1) ?? ''}`),
);
setInterval(() => void lookForBroadcast(), 2000);
button.addEventListener('click', () => void connect());
void connect();

/** A viewer stays when the broadcaster goes, and the next one's picture comes by the same connection. */
async function lookForBroadcast(): Promise<void> {
  if (viewing?.connection.connectionState !== 'connected') return;
  const isOn = await isBroadcast(settings).catch(() => true);
  sayInLobby(isOn ? '' : 'The broadcast is over. The picture goes on when somebody broadcasts again.', true);
}

async function connect(): Promise<void> {
  button.disabled = true;
  const isFirst = viewing === undefined;
  viewing?.end();
  try {
    await waitForBroadcast(settings);
    viewing = await watch(settings, video);
  } catch (error) {
    return sayInLobby(`No connection: ${error instanceof Error ? error.message : error}`);
  } finally {
    button.disabled = false;
  }
  const { view, connection: pc } = viewing;
  pc.addEventListener('connectionstatechange', () => {
    if (pc.connectionState === 'failed') sayInLobby('The connection is lost. Connect again, below the picture.');
  });
  if (isFirst) showFigures({ snapshot: () => viewing?.view.snapshot() ?? view.snapshot() });
  // For the console, and for tests.
  Object.assign(globalThis, { pc, view, video });
}
