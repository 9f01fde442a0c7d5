import { attachWith } from './attach.ts';
import { otlp } from './delivery.ts';
import type { AttachOptions } from './options.ts';
import type { Player } from './players.ts';
import { players } from './players.ts';
import type { View } from './view.ts';

export { version } from './core/version.ts';
export type { AttachOptions } from './options.ts';
export type { Snapshot, View } from './view.ts';
export { traceHeaders } from './view.ts';

/**
 * Watches a player: hls.js, dash.js, a media element or an RTCPeerConnection, recognised by its shape. Never throws and never changes what the player
 * does. A wrong player or option, or a player that is attached already, gives one console message and a view that does nothing.
 */
export const attach: (player: Player, options: AttachOptions) => View = /* @__PURE__ */ attachWith({
  players,
  delivery: otlp,
});
