// npm run bench:size: what each way to load the player SDK weighs.
import { benchText } from '../page.ts';
import type { Found } from '../result.ts';
import { writeResult } from '../result.ts';
import { labels, sizes } from './sizes.ts';

const all = await sizes();
const kb = (bytes: number) => bytes / 1000;
const found: Found = {
  title: 'Size',
  method: 'Minified, and as a server that compresses once sends it.',
  goals: [
    { what: 'script tag, everything inside, gzip', unit: 'KB', limit: 22, found: kb(all.script.gzip) },
    {
      what: "ESM entry with the page's own OpenTelemetry, gzip",
      unit: 'KB',
      limit: 9,
      found: kb(all.esmWithoutSdk.gzip),
    },
  ],
  tables: [
    {
      title: 'KB',
      heads: ['', 'minified', 'gzip -9', 'brotli 11', 'gzip, of mux-embed'],
      rows: Object.entries(all).map(([name, { minified, gzip, brotli }]) => [
        labels[name as keyof typeof all],
        kb(minified),
        kb(gzip),
        kb(brotli),
        `${((gzip / all.muxEmbed.gzip) * 100).toFixed(0)} %`,
      ]),
    },
  ],
};
writeResult('size', found);
console.log(benchText(found));
