import type { Snapshot } from 'playscope';
import { showFaultButtons } from './fault-buttons.ts';
import { showFigures } from './figures.ts';
import { originFaults } from './origin-faults.ts';
import { linkUp, readSettings } from './settings.ts';

// Everything around the player; the player itself and Playscope are plain script tags in the page.
const settings = readSettings();
const { view } = globalThis as { view?: { snapshot(): Snapshot } };
const how = view ? 'call' : 'attributes';
linkUp(settings);
showFaultButtons(settings.origin, originFaults('live'));
for (const part of document.querySelectorAll<HTMLElement>('[data-by]')) part.hidden = part.dataset.by !== how;
if (view) showFigures(view);
else document.querySelector('[data-figures]')?.remove();
document.querySelector(`nav.tabs a[data-tab=${how}]`)?.setAttribute('aria-current', 'page');
