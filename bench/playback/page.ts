// The page of a viewing: hls.js plays, and what the query names watches. `window.bench` is how it went.
import type HlsPlayer from 'hls.js';
import type { AttachOptions } from 'playscope';

type Hls = HlsPlayer;
declare const Hls: typeof HlsPlayer;
declare const playscope: typeof import('playscope');
declare const mux: { monitor(selector: string, options: object): void };
declare const GrafanaFaroWebSdk: { initializeFaro(options: object): void; getWebInstrumentations(): object[] };
declare const GrafanaFaroWebTracing: { TracingInstrumentation: new () => object };

const query = new URLSearchParams(location.search);
const sink = query.get('sink') as string;

const bench = { firstFrameMs: 0 };
Object.assign(window, { bench });

const video = document.querySelector('video') as HTMLVideoElement;
video.requestVideoFrameCallback((_, { presentationTime }) => {
  bench.firstFrameMs = presentationTime;
});

/** Each as its documentation says to begin. */
const watchers: Readonly<Record<string, (hls: Hls) => void>> = {
  none() {},
  playscope(hls) {
    const options: AttachOptions = {
      endpoint: sink,
      streamId: 'main-stage',
      sampleRatio: Number(query.get('ratio') ?? 1),
    };
    playscope.attach(hls, options);
  },
  mux(hls) {
    mux.monitor('#video', {
      hlsjs: hls,
      Hls,
      beaconCollectionDomain: new URL(sink).host,
      data: {
        env_key: 'abcdefghijklmnopqrstuvwxy',
        player_name: 'main',
        player_init_time: Date.now(),
        video_id: 'main-stage',
        video_title: 'Main stage',
        video_stream_type: 'on-demand',
      },
    });
  },
  faro() {
    GrafanaFaroWebSdk.initializeFaro({
      url: `${sink}/collect`,
      app: { name: 'player', version: '1.0.0' },
      instrumentations: [
        ...GrafanaFaroWebSdk.getWebInstrumentations(),
        new GrafanaFaroWebTracing.TracingInstrumentation(),
      ],
    });
  },
};

const bufferSec = Number(query.get('buffer') ?? 20);
const hls = new Hls({ maxBufferLength: bufferSec, maxMaxBufferLength: bufferSec });
watchers[query.get('sdk') ?? 'none']?.(hls);
hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play().catch(() => {}));
hls.loadSource(query.get('source') ?? '/vod/master.m3u8');
hls.attachMedia(video);
