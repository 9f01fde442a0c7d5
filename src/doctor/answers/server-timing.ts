/** What an answer says of itself by the wire contract. */
export type ServerTiming = {
  readonly traceparent?: string | undefined;
  readonly publish?: string | undefined;
  /** When the answer began, Unix ms of the origin's clock. */
  readonly atMs?: number | undefined;
};

/** Reads a `Server-Timing` header; undefined where there is none. */
export function readServerTiming(header: string | undefined): ServerTiming | undefined {
  if (!header) return undefined;
  const said = new Map<string, string>();
  for (const [, name = '', quoted, token] of header.matchAll(/([\w-]+)\s*;\s*desc=(?:"([^"]*)"|([^\s,;]+))/g)) {
    if (!said.has(name)) said.set(name, quoted ?? token ?? '');
  }
  const context = (name: string) =>
    /^[\da-f]{2}(-[\da-f]+){3}$/.test(said.get(name) ?? '') ? said.get(name) : undefined;
  const atMs = Number(said.get('at'));
  return { traceparent: context('traceparent'), publish: context('publish'), atMs: atMs > 0 ? atMs : undefined };
}
