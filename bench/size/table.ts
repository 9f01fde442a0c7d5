// npm run size: the table.
import { labels, sizes } from './sizes.ts';

const found = await sizes();
const line = (label: string, ...cells: string[]) =>
  console.log(label.padEnd(44), ...cells.map((cell) => cell.padStart(10)));
line('bytes', 'minified', 'gzip -9', 'brotli 11');
for (const [name, label] of Object.entries(labels)) {
  const { minified, gzip, brotli } = found[name as keyof typeof found];
  line(label, ...[minified, gzip, brotli].map((bytes) => bytes.toLocaleString('en')));
}
