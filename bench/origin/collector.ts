// The collector of the bench, in a process of its own: what it costs is not the origin's.
import { startCollector } from 'playscope/collector';

const { url } = await startCollector({ port: 0, host: '127.0.0.1' });
process.send?.({ url });
process.on('disconnect', () => process.exit());
