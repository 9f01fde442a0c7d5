type Scope = Record<string, unknown>;
type Resource = Record<string, Scope[]>;

/**
 * Cuts an OTLP/JSON request body (`resourceMetrics` or `resourceSpans`) into bodies of at most `limit` bytes, between
 * metrics or spans; each keeps its resource and scope.
 *
 * @returns the bodies in order, and how many metrics or spans are left out because one alone is above the limit. A body
 *   above the limit that is not OTLP/JSON counts as one.
 */
export function split(body: string, limit: number): { bodies: Uint8Array<ArrayBuffer>[]; tooLarge: number } {
  const bytes = encode(body);
  if (bytes.length <= limit) return { bodies: [bytes], tooLarge: 0 };
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  let tooLarge = 0;
  try {
    const request = JSON.parse(body) as Record<string, Resource[]>;
    const [resources, scopes, items] = request.resourceMetrics
      ? (['resourceMetrics', 'scopeMetrics', 'metrics'] as const)
      : (['resourceSpans', 'scopeSpans', 'spans'] as const);
    for (const resource of request[resources] as Resource[]) {
      for (const scope of resource[scopes] as Scope[]) {
        // Halving needs no size arithmetic, so the limit holds whatever the serialiser does.
        const cut = (list: unknown[]) => {
          const part = encode(
            JSON.stringify({ [resources]: [{ ...resource, [scopes]: [{ ...scope, [items]: list }] }] }),
          );
          const half = list.length >> 1;
          if (part.length <= limit) bodies.push(part);
          else if (half) {
            cut(list.slice(0, half));
            cut(list.slice(half));
          } else tooLarge += 1;
        };
        cut(scope[items] as unknown[]);
      }
    }
  } catch {
    // Not OTLP, so it cannot be cut; what was cut before the fault stands.
    tooLarge += 1;
  }
  return { bodies, tooLarge };
}

const encode = (text: string) => new TextEncoder().encode(text);
