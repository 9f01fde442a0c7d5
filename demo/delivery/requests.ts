/** One request that the origin answered: the ground truth. Instants are Unix ms with fractions. */
export type RequestEntry = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number | null;
  /** Body bytes that were handed to the network. */
  readonly bytes: number;
  readonly receivedAt: number;
  readonly firstByteAt: number | null;
  readonly finishedAt: number;
  /** The answer did not get through whole. */
  readonly aborted: boolean;
  readonly traceparent: string | null;
  readonly client: { readonly address: string; readonly port: number } | null;
  /** The faults that met it. */
  readonly faults: readonly string[];
};

export type RequestRecord = ReturnType<typeof createRequestRecord>;

/** Keeps the newest `length` entries (default 2,000), the oldest first. */
export function createRequestRecord(length = 2000) {
  const entries: RequestEntry[] = [];
  return {
    add(entry: RequestEntry): void {
      entries.push(entry);
      entries.splice(0, entries.length - length);
    },
    list: (): readonly RequestEntry[] => entries,
  };
}
