import { metricAttributes } from '../../core/signals.ts';
import type { Attributes, Value } from '../receive/loose.ts';

export type Labels = Readonly<Record<string, string>>;

const longest = 128;

/**
 * The labels of a data point: the allowed attributes only, from the point or else from its resource. Whatever else a sender
 * puts on a point is summed away. Servers keep their `service.name`, which tells the SFU's own view from the players'.
 *
 * @param region stamped on points that have none.
 */
export function labelsOf(point: Attributes, resource: Attributes, fromPlayer: boolean, region?: string): Labels {
  const labels: Record<string, string> = {};
  for (const name of metricAttributes) {
    const value = label(point[name] ?? resource[name]);
    if (value !== undefined) labels[name] = value;
  }
  if (region !== undefined && fromPlayer) labels.region ??= region;
  const service = fromPlayer ? undefined : label(resource['service.name']);
  if (service !== undefined) labels['service.name'] = service;
  return labels;
}

/** One text for one set of labels, whatever order they came in. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${name}\u0001${labels[name]}\u0002`;
  return key;
}

function label(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, longest);
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}
