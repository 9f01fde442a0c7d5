export type Minutes = 5 | 15 | 60;

/** What the address says: which stream (null is all), how far back, and the trace that is open. */
export type Route = { readonly stream: string | null; readonly minutes: Minutes; readonly trace: string | null };

const ranges: readonly Minutes[] = [5, 15, 60];
const usual: Minutes = 15;

/** Reads `#/trace/4bf9…?stream=demo&minutes=5`. What it does not understand becomes the default. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const asked = Number(query.get('minutes'));
  const [, trace] = /^\/trace\/([0-9a-fA-F]{1,64})$/.exec(path) ?? [];
  return {
    stream: query.get('stream') || null,
    minutes: ranges.find((minutes) => minutes === asked) ?? usual,
    trace: trace?.toLowerCase() ?? null,
  };
}

/** The address of a route, the shortest that says it. */
export function formatRoute({ stream, minutes, trace }: Route): string {
  const query = new URLSearchParams();
  if (stream !== null) query.set('stream', stream);
  if (minutes !== usual) query.set('minutes', String(minutes));
  const search = query.toString();
  return `#/${trace === null ? '' : `trace/${trace}`}${search && `?${search}`}`;
}
