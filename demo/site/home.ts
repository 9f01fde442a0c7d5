import { linkUp, readSettings } from './settings.ts';

linkUp(readSettings());
