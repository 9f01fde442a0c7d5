import Hls from 'hls.js';
import { attach } from '../../index.ts';
import type { Play } from './playing.ts';

/** As hls.js is out of the box: what it does on other sites. */
export const play: Play = (video, order, say) => {
  const hls = new Hls();
  const view = attach(hls, order.attach);
  hls.on(Hls.Events.ERROR, (_, { fatal, details, response, url, error }) => {
    if (!fatal) return;
    const status = response?.code ? `, status ${response.code}` : '';
    say(
      `hls.js gave up: ${details}${status}${url ? ` of ${url}` : ''}${!status && error ? ` (${error.message})` : ''}`,
    );
  });
  hls.loadSource(order.url);
  hls.attachMedia(video);
  void video.play().catch(() => {});
  return { view, end: async () => hls.destroy() };
};
