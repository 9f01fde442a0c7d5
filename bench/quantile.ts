/** The value below which a share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  return (
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
  );
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
