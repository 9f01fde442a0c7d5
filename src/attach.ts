import type { Adapter } from './adapters/adapter.ts';
import { detect } from './adapters/detect.ts';
import { freshSession } from './core/session.ts';
import { figuresOf } from './core/snapshot.ts';
import type { Delivery } from './delivery.ts';
import { driver } from './driver.ts';
import type { AttachOptions } from './options.ts';
import { settingsOf, wrong } from './options.ts';
import { guard } from './page/guard.ts';
import type { View } from './view.ts';
import { watchPlayer } from './view.ts';

/** What an `attach` is made of. */
export type Parts<Known extends Adapter<never>> = {
  /** Which players it knows. */
  readonly players: readonly Known[];
  /** Absent, a page has to bring both of its own OpenTelemetry's providers with each player. */
  readonly delivery?: Delivery | undefined;
};

type PlayerOf<Known> = Known extends Adapter<infer Player> ? Player : never;

const attached = new WeakMap<object, View>();

/** The `attach` of these players: a page that has one kind of player need not load what watches the others. */
export function attachWith<Known extends Adapter<never>>({
  players,
  delivery,
}: Parts<Known>): (player: PlayerOf<Known>, options: AttachOptions) => View {
  function attachOrSay(player: object, options: AttachOptions): View {
    const by = driver();
    const settings = settingsOf(by ? { ...options, ...by.options } : options, delivery !== undefined);
    if (typeof settings === 'string') return inert(settings);
    const adapter = detect(players, player);
    if (!adapter) return inert(wrong('player', players.map(({ kind }) => kind).join(' or '), player));
    if (attached.has(player)) return inert(wrong('player', 'one that is not attached yet', 'an attached one'));
    const view = watchPlayer(player, adapter, settings, delivery, () => attached.delete(player));
    attached.set(player, view);
    by?.attached(view);
    return view;
  }

  return (player, options) => {
    const view = guard()(() => attachOrSay(player as object, options))();
    return view ?? inert('playscope: this page cannot be watched. Nothing is measured.');
  };
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
