/** The files of deploy/scale that are made from those of deploy/one-machine. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { aggregation } from './catalogue.ts';

const collector = 'deploy/one-machine/collector/collector.yaml';
const asked = 'deploy/one-machine/collector/tokens.yaml';
const gateway = 'deploy/scale/collector/gateway.yaml';

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

/** Tokens as on one machine, in the pipelines that gateways have: what is not the token's goes first, and who it is before it is written down. */
export function tokens(): string {
  const [taken = ''] = readFileSync(asked, 'utf8').split(/^service:$/m);
  const { service } = parse(readFileSync(gateway, 'utf8'));
  const pipelines = ['metrics/players', 'traces/players'].map((name) => {
    const processors = (service.pipelines[name].processors as string[]).flatMap((processor) => {
      if (processor === 'memory_limiter') return [processor, 'filter/token'];
      return processor === 'filter/plausible' ? [processor, 'transform/token'] : [processor];
    });
    return `    ${name}:\n      processors: [${processors.join(', ')}]\n`;
  });
  const parts = taken.replace(/^(#.*\n)*/, '').replace('/etc/otelcol/', '/etc/otelcol/tokens/');
  return `# The receivers and processors of ${asked}, in the pipelines of gateway.yaml.
${parts}service:
  extensions: [${[...service.extensions, 'oidc'].join(', ')}]
  pipelines:
${pipelines.join('')}`;
}
