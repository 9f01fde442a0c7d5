// As parts-hls.ts, with dash.js.
import * as dashjs from 'dashjs';
import { attachWith, dash, traceHeaders, version } from 'playscope/parts';

Object.assign(globalThis, { dashjs, playscope: { attach: attachWith({ players: [dash] }), traceHeaders, version } });
