import { readFileSync } from 'node:fs';

/** What a page plays with: nothing besides, Playscope, or what a user would pick instead. */
export type Sdk = 'none' | 'playscope' | 'mux' | 'faro' | 'peermetrics' | 'rtcstats';

const packages = 'node_modules';

/** What a page loads before the player: as the packages publish it for a script tag, or, where one has nothing such, bundled. */
export const scriptsOf: Readonly<Record<Sdk, readonly string[]>> = {
  none: [],
  playscope: ['dist/playscope.js'],
  mux: [`${packages}/mux-embed/dist/mux.js`],
  faro: [
    `${packages}/@grafana/faro-web-sdk/dist/bundle/faro-web-sdk.iife.js`,
    `${packages}/@grafana/faro-web-tracing/dist/bundle/faro-web-tracing.iife.js`,
  ],
  peermetrics: [`${packages}/@peermetrics/webrtc-stats/dist/browser.min.js`],
  rtcstats: ['bench/webrtc/rtcstats.ts'],
};

const versionOf = (name: string) => JSON.parse(readFileSync(`${packages}/${name}/package.json`, 'utf8')).version;

export const sdkNames: Readonly<Record<Sdk, string>> = {
  none: 'no SDK',
  playscope: 'Playscope',
  mux: `mux-embed ${versionOf('mux-embed')}`,
  faro: `faro-web-sdk ${versionOf('@grafana/faro-web-sdk')} + tracing`,
  peermetrics: `@peermetrics/webrtc-stats ${versionOf('@peermetrics/webrtc-stats')}`,
  rtcstats: `rtcstats ${versionOf('rtcstats')}`,
};

export const playerName = `hls.js ${versionOf('hls.js')}`;
