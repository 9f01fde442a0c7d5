import { MediaPlayer } from 'dashjs';
import { attach } from '../../index.ts';
import type { Play } from './playing.ts';

/** As dash.js is out of the box: what it does on other sites. */
export const play: Play = (video, order, say) => {
  const player = MediaPlayer().create();
  const view = attach(player, order.attach);
  player.on(MediaPlayer.events.ERROR, ({ error }) => {
    say(`dash.js has an error: ${typeof error === 'object' ? error.message : error}`);
  });
  player.initialize(video, order.url, true);
  return { view, end: async () => player.destroy() };
};
