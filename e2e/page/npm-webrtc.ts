// What an application with a bundler does: no player, as the browser has its own, and the package as an ES module.
import * as playscope from 'playscope';

Object.assign(globalThis, { playscope });
