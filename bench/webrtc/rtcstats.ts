// rtcstats, begun as its documentation says, before the page makes a connection.
import rtcstats from 'rtcstats';
import { sender } from './sender.ts';

// It asks Chromium by a callback that Chromium has not any more; as in Safari it asks by promises.
Object.defineProperty(navigator, 'webkitGetUserMedia', { value: undefined });
const send = sender(`${new URLSearchParams(location.search).get('sink')}/rtcstats`);
rtcstats((...trace: unknown[]) => send(trace), 1000, ['']);
