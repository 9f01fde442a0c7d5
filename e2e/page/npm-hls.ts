// What an application with a bundler does: hls.js and the package as ES modules.
import Hls from 'hls.js';
import * as playscope from 'playscope';

Object.assign(globalThis, { Hls, playscope });
