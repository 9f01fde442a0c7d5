export type Span = { readonly from: number; readonly to: number };

/**
 * The one byte range that a Range header asks for (`to` is exclusive): undefined to send everything, as for several
 * ranges or another unit (RFC 9110 lets a server ignore them); `'unsatisfiable'` where nothing of it exists.
 */
export function readRange(header: string | undefined, size: number): Span | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!first && !last) return undefined;
  if (first && last && Number(last) < Number(first)) return undefined;
  const from = first ? Number(first) : Math.max(0, size - Number(last));
  const to = first && last ? Math.min(size, Number(last) + 1) : size;
  return from < to ? { from, to } : 'unsatisfiable';
}
