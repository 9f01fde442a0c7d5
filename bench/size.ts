// npm run size: the table.
import { readFileSync } from 'node:fs';
import { sizes } from './sizes.ts';

const labels = {
  script: 'script tag, everything inside',
  esm: 'ESM entry, OpenTelemetry bundled untrimmed',
  esmWithoutSdk: 'ESM entry, OpenTelemetry external',
  esmOfHls: 'parts: hls.js alone, own providers',
  esmOfNative: 'parts: native alone, own providers',
  muxEmbed: `mux-embed ${JSON.parse(readFileSync('node_modules/mux-embed/package.json', 'utf8')).version}`,
};

const found = await sizes();
const line = (label: string, ...cells: string[]) =>
  console.log(label.padEnd(44), ...cells.map((cell) => cell.padStart(10)));
line('bytes', 'minified', 'gzip -9', 'brotli 11');
for (const [name, label] of Object.entries(labels)) {
  const { minified, gzip, brotli } = found[name as keyof typeof found];
  line(label, ...[minified, gzip, brotli].map((bytes) => bytes.toLocaleString('en')));
}
