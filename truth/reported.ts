/** The sum of a counter over its series of one stream that have these labels, as the collector's Prometheus interface gives it. */
export async function counterOf(
  collectorUrl: string,
  stream: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(`${collectorUrl}/metrics`)).text();
  const wanted = Object.entries({ ...labels, stream_id: stream }).map(([label, value]) => `${label}="${value}"`);
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
