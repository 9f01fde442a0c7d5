// An application that has one player and its own OpenTelemetry: no more of the package than that takes.
import Hls from 'hls.js';
import { attachWith, hls, traceHeaders, version } from 'playscope/parts';

Object.assign(globalThis, { Hls, playscope: { attach: attachWith({ players: [hls] }), traceHeaders, version } });
