import type { Outcome, Served } from '../../core/events.ts';

const metric = /([\w-]+)\s*((?:;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^;,\s]*)\s*)*)(?:,|$)/g;
const description = /;\s*desc\s*=\s*(?:"([^"]*)"|([^;,\s]*))/;

/** What an instrumented origin says of its answer, as a page reads it. */
export function servedBy(header: string | readonly string[] | undefined): Served | undefined {
  const said = descriptions(header);
  const [traceparent, publish, at] = [said.get('traceparent'), said.get('publish'), Number(said.get('at'))];
  return traceparent || publish || at > 0 ? { traceparent, publish, atMs: at > 0 ? at : undefined } : undefined;
}

/** Whether a CDN had the answer, where it says so. */
export function cacheOf(header: string | readonly string[] | undefined): Outcome['cache'] {
  const [, said] = [...descriptions(header)].find(([name]) => /^cdn-?cache$/i.test(name)) ?? [];
  if (said === undefined) return 'unknown';
  return /hit/i.test(said) ? 'hit' : 'miss';
}

function descriptions(header: string | readonly string[] | undefined): Map<string, string> {
  const text = [header ?? []].flat().join(', ');
  return new Map(
    [...text.matchAll(metric)].flatMap(([, name = '', parameters = '']) => {
      const [, quoted, plain] = description.exec(parameters) ?? [];
      const said = quoted ?? plain;
      return said ? [[name, said] as const] : [];
    }),
  );
}
