import { MediaPlayer } from 'dashjs';
import Hls from 'hls.js';
import { attach } from 'playscope';
import { showFigures } from './figures.ts';
import { linkUp, readSettings } from './settings.ts';
import { sayInLobby, waitForBroadcast, watch } from './whep.ts';

const settings = readSettings();
const { collector, origin, source, stream, reportEveryMs } = settings;
const options = { endpoint: collector, streamId: stream, reportEveryMs };
const names = ['Live latency', 'Startup', 'Stalls', 'Stall ratio', 'Watched', 'Dropped frames', 'Errors'];

const panel = (lane: string) => document.querySelector(`[data-lane=${lane}]`) as HTMLElement;
const videoOf = (lane: string) => panel(lane).querySelector('video') as HTMLVideoElement;

function playHls() {
  const hls = new Hls({ maxLiveSyncPlaybackRate: 1.25, liveSyncOnStallIncrease: 0 });
  const view = attach(hls, options);
  hls.loadSource(`${origin}/${source}/master.m3u8`);
  hls.attachMedia(videoOf('hls'));
  return view;
}

function playDash() {
  const player = MediaPlayer().create();
  player.updateSettings({ streaming: { liveCatchup: { enabled: true, playbackRate: { min: 0, max: 0.25 } } } });
  const view = attach(player, options);
  player.initialize(videoOf('dash'), `${origin}/${source}/manifest.mpd`, true);
  return view;
}

async function playWebrtc() {
  await waitForBroadcast(settings);
  return (await watch(settings, videoOf('webrtc'))).view;
}

linkUp(settings);
// For the console, and for tests.
const views = Object.assign(globalThis, { views: { hls: playHls(), dash: playDash() } }).views;
showFigures(views.hls, panel('hls'), names);
showFigures(views.dash, panel('dash'), names);
try {
  const webrtc = await playWebrtc();
  Object.assign(views, { webrtc });
  showFigures(webrtc, panel('webrtc'), names);
} catch (error) {
  sayInLobby(`No WebRTC: ${error instanceof Error ? error.message : error}`);
}
