/** The files of deploy/scale that are made from those of deploy/one-machine. */
import { readFileSync } from 'node:fs';
import { aggregation } from './catalogue.ts';

const collector = 'deploy/one-machine/collector/collector.yaml';

/** What the Collector of one machine takes and how it looks at it: its receivers and processors, without where it all goes. */
export function players(): string {
  const [taken = ''] = readFileSync(collector, 'utf8').split(/^exporters:$/m);
  const parts = taken.replace(/^(#.*\n)*/, '').trimEnd();
  return `# The receivers and processors of ${collector}: gateway.yaml and aggregator.yaml use them.\n${parts}\n`;
}

/** As on one machine, but often: what a shard that dies has not written yet is lost. The store thins it out again. */
export function shardAggregation(): string {
  return aggregation('1s');
}
