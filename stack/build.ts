// Builds what npm run stack runs and the distribution does not have, so that a run after it is bounded in time.
import { join } from 'node:path';
import { binary } from './binaries.ts';
import { readCompose } from './compose.ts';

for (const { name, version } of readCompose(join('deploy/one-machine', 'compose.yaml'))) {
  if (name !== 'grafana') await binary(name, version);
}
