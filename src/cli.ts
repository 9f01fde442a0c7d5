import { collect } from './collector/command.ts';
import { version } from './core/version.ts';
import { doctor } from './doctor/command.ts';

const help = `playscope: what every viewer of a live stream sees, and why

  playscope collect      receive OpenTelemetry from players and servers, and show the war room
  playscope doctor URL   what of a stream and its hosts keeps figures away, and what to do
  playscope --version

  playscope collect --help lists its flags; so does each command.`;

const [command, ...rest] = process.argv.slice(2);

if (command === 'collect') process.exitCode = await collect(rest, process.env);
else if (command === 'doctor') process.exitCode = await doctor(rest, process.env);
else if (command === '--version') console.log(version);
else if (command === '--help' || command === undefined) console.log(help);
else {
  console.error(
    `command: expected collect or doctor, received ${JSON.stringify(command)}. playscope --help lists what there is.`,
  );
  process.exitCode = 2;
}
