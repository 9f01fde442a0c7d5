import type { Player } from './adapters/detect.ts';
import { detect } from './adapters/detect.ts';
import { freshSession } from './core/session.ts';
import { figuresOf } from './core/snapshot.ts';
import { driver } from './driver.ts';
import type { AttachOptions } from './options.ts';
import { settingsOf, wrong } from './options.ts';
import { guard } from './page/guard.ts';
import type { View } from './view.ts';
import { watchPlayer } from './view.ts';

const attached = new WeakMap<object, View>();

/**
 * Watches a player: hls.js, dash.js, a media element or an RTCPeerConnection, recognised by its shape. Never throws and never changes what the player
 * does. A wrong player or option, or a player that is attached already, gives one console message and a view that does nothing.
 */
export function attach(player: Player, options: AttachOptions): View {
  const safe = guard();
  return (
    safe(() => attachOrSay(player, options))() ?? inert('playscope: this page cannot be watched. Nothing is measured.')
  );
}

function attachOrSay(player: Player, options: AttachOptions): View {
  const by = driver();
  const settings = settingsOf(by ? { ...options, ...by.options } : options);
  if (typeof settings === 'string') return inert(settings);
  const adapter = detect(player);
  if (!adapter)
    return inert(wrong('player', 'an hls.js or dash.js player, a media element or an RTCPeerConnection', player));
  if (attached.has(player)) return inert(wrong('player', 'one that is not attached yet', 'an attached one'));
  const view = watchPlayer(player, adapter, settings, () => attached.delete(player));
  attached.set(player, view);
  by?.attached(view);
  return view;
}

function inert(message: string): View {
  console.error(message);
  const nothing = {
    ...figuresOf(freshSession(0), 0),
    sessionId: '',
    streamId: '',
    protocol: 'unknown',
    player: 'unknown',
    blind: [],
    lost: 0,
  } as const;
  return { sessionId: '', snapshot: () => nothing, detach: async () => {} };
}
