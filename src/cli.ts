import { collect } from './collector/command.ts';
import { version } from './core/version.ts';

const help = `playscope: what every viewer of a live stream sees, and why

  playscope collect      receive OpenTelemetry from players and servers, and show the war room
  playscope --version

  playscope collect --help lists its flags.`;

const [command, ...rest] = process.argv.slice(2);

if (command === 'collect') process.exitCode = await collect(rest, process.env);
else if (command === '--version') console.log(version);
else if (command === '--help' || command === undefined) console.log(help);
else {
  console.error(
    `command: expected collect, received ${JSON.stringify(command)}. playscope --help lists what there is.`,
  );
  process.exitCode = 2;
}
