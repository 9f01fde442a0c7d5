import { attach } from './index.ts';

export { attach, traceHeaders, version } from './index.ts';

/*
 * The script tag alone: <script src="playscope.js" data-endpoint="…" data-stream-id="…" data-attach="video"></script>
 * attaches to every media element that the selector finds once the document is there.
 */
const { endpoint, streamId, attach: selector } = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};

function attachAll(found: string) {
  for (const element of document.querySelectorAll<HTMLMediaElement>(found)) {
    attach(element, { streamId: streamId ?? '', ...(endpoint && { endpoint }) });
  }
}

if (selector !== undefined) {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => attachAll(selector));
  else attachAll(selector);
}
