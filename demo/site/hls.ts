import Hls from 'hls.js';
import { attach } from 'playscope';
import { showFaultButtons } from './fault-buttons.ts';
import { showFigures } from './figures.ts';
import { originFaults } from './origin-faults.ts';
import { linkUp, readSettings } from './settings.ts';
import { showSources } from './sources.ts';

const settings = readSettings();
const { collector, origin, source, stream, reportEveryMs } = settings;
const video = document.querySelector('video') as HTMLVideoElement;

// Back to the live edge after each stall, so that a button shows the same when it is pressed again.
const hls = new Hls({ maxLiveSyncPlaybackRate: 1.25, liveSyncOnStallIncrease: 0 });
const view = attach(hls, { endpoint: collector, streamId: stream, reportEveryMs });
hls.loadSource(`${origin}/${source}/master.m3u8`);
hls.attachMedia(video);

linkUp(settings);
showFigures(view);
showFaultButtons(origin, originFaults(source));
void showSources(settings);

// For the console, and for tests.
Object.assign(globalThis, { hls, view, video });
