import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WatchReport } from './report.ts';

// Seen from a built chunk, from the built entries, and from this file.
const places = ['../report/', './report/', '../../dist/report/'];

/** The report as one page that needs nothing else: its charts and style are inside, and so is the JSON. */
export function htmlOf(report: WatchReport): string {
  const script = built('report.js').replaceAll('</script', '<\\/script');
  // No text of a report can end the element that it stands in.
  const json = JSON.stringify(report).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>playscope watch: ${report.verdict}</title>
    <link rel="icon" href="data:,">
    <style>${built('report.css')}</style>
  </head>
  <body>
    <main></main>
    <script type="application/json" id="report">${json}</script>
    <script>${script}</script>
  </body>
</html>
`;
}

function built(file: string): string {
  for (const place of places) {
    try {
      return readFileSync(fileURLToPath(new URL(`${place}${file}`, import.meta.url)), 'utf8');
    } catch {
      // Not from here: the next place.
    }
  }
  throw new Error('The page of the report has not been built: npm run build makes it.');
}
