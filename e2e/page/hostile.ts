// A page that makes life hard for strangers: it runs an OpenTelemetry of its own, has frozen what it could, and its
// environment throws where one does not expect it. Loaded before everything else.
import { context, trace } from '@opentelemetry/api';
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';

const spans: string[] = [];
const provider = new WebTracerProvider({
  spanProcessors: [
    {
      onStart: (span) => void spans.push(span.name),
      onEnd() {},
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ],
});
provider.register();
// All that runs from here on runs inside the page's own span.
const own = trace.getTracer('page').startSpan('page');
const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, listener, options) {
  return addEventListener.call(
    this,
    type,
    typeof listener === 'function' ? context.bind(trace.setSpan(context.active(), own), listener) : listener,
    options,
  );
};

for (const name of ['connection', 'userAgentData', 'deviceMemory', 'sendBeacon']) {
  Object.defineProperty(Navigator.prototype, name, {
    get() {
      throw new Error(`navigator.${name} is not for you`);
    },
  });
}
for (const name of ['getEntries', 'getEntriesByName', 'getEntriesByType', 'clearResourceTimings'] as const) {
  performance[name] = () => {
    throw new Error(`performance.${name} is not for you`);
  };
}
PerformanceObserver.prototype.observe = () => {
  throw new Error('PerformanceObserver is not for you');
};
// Not Object.prototype and Error.prototype: hls.js itself cannot live with those.
const builtIns = [
  Promise,
  Map,
  Set,
  WeakMap,
  Array,
  XMLHttpRequest,
  Request,
  Response,
  Headers,
  EventTarget,
  AbortController,
];
for (const builtIn of builtIns) Object.freeze(builtIn.prototype);
for (const builtIn of [Object, JSON, Math, Reflect, performance, ...builtIns]) Object.freeze(builtIn);
Object.freeze(console);

const globals = new Set(Object.getOwnPropertyNames(globalThis));
Object.assign(globalThis, { hostSpans: spans, globalsBefore: globals });
