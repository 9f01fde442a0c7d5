/** Why there is no verdict: the call was wrong, or the stream, the browser or the collector could not be had. */
export type Problem = Error & { readonly code: 'ERR_USAGE' | 'ERR_START' };

/** @param sentence what is wrong and what to do. */
export function problem(code: Problem['code'], sentence: string): Problem {
  return Object.assign(new Error(sentence), { code });
}

export function isProblem(error: unknown): error is Problem {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return error instanceof Error && (code === 'ERR_USAGE' || code === 'ERR_START');
}

/** The usual sentence: parameter, expected, received. */
export function wrongUse(name: string, expected: string, received: unknown): Problem {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 100)) : String(received);
  return problem('ERR_USAGE', `${name}: expected ${expected}, received ${shown}`);
}
