/** What is said of a figure that nobody knows. */
export const unknown = '–';

export function seconds(value: number | null | undefined, digits = 1): string {
  return value == null ? unknown : `${value.toFixed(digits)} s`;
}

export function milliseconds(sec: number | null | undefined): string {
  return sec == null ? unknown : `${Math.round(sec * 1000)} ms`;
}

export function kilobits(bitrate: number | null | undefined): string {
  return bitrate == null ? unknown : `${Math.round(bitrate / 1000)} kbit/s`;
}

export function percent(ratio: number | null | undefined): string {
  return ratio == null ? unknown : `${(ratio * 100).toFixed(1)} %`;
}
