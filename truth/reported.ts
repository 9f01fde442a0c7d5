/** The sum of a counter over all its series of one stream, as the collector's Prometheus interface gives it. */
export async function counterOf(collectorUrl: string, stream: string, name: string): Promise<number> {
  const text = await (await fetch(`${collectorUrl}/metrics`)).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(`stream_id="${stream}"`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
