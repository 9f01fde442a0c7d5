// What an application with a bundler does: dash.js and the package as ES modules.
import * as dashjs from 'dashjs';
import * as playscope from 'playscope';

Object.assign(globalThis, { dashjs, playscope });
