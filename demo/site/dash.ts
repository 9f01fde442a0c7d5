import { MediaPlayer } from 'dashjs';
import { attach } from 'playscope';
import { showFaultButtons } from './fault-buttons.ts';
import { showFigures } from './figures.ts';
import { originFaults } from './origin-faults.ts';
import { linkUp, readSettings } from './settings.ts';
import { showSources } from './sources.ts';

const settings = readSettings();
const { collector, origin, source, stream, reportEveryMs } = settings;
const video = document.querySelector('video') as HTMLVideoElement;

const player = MediaPlayer().create();
// Back to the live edge after each stall, so that a button shows the same when it is pressed again.
player.updateSettings({ streaming: { liveCatchup: { enabled: true, playbackRate: { min: 0, max: 0.25 } } } });
const view = attach(player, { endpoint: collector, streamId: stream, reportEveryMs });
player.initialize(video, `${origin}/${source}/manifest.mpd`, true);

linkUp(settings);
showFigures(view);
showFaultButtons(origin, originFaults(source));
void showSources(settings);

// For the console, and for tests.
Object.assign(globalThis, { player, view, video });
