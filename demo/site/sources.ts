import type { Settings } from './settings.ts';

const labels: Record<string, string> = { live: 'Live', ll: 'Low latency', encrypted: 'Encrypted' };

/** Fills `[data-sources]` with a link to each live stream of the origin, where it has more than one. */
export async function showSources({ origin, source }: Settings): Promise<void> {
  const panel = document.querySelector<HTMLElement>('[data-sources]');
  // That the origin does not answer is said beside the fault buttons.
  const streams: string[] = await fetch(`${origin}/streams`).then(
    (response) => response.json(),
    () => [],
  );
  if (!panel || streams.length < 2) return;
  panel.append(...streams.map((stream) => linkTo(stream, stream === source)));
  panel.hidden = false;
}

function linkTo(stream: string, isOpen: boolean): HTMLAnchorElement {
  const link = document.createElement('a');
  const address = new URL(location.href);
  address.searchParams.set('source', stream);
  link.href = address.href;
  link.textContent = labels[stream] ?? stream;
  if (isOpen) link.setAttribute('aria-current', 'page');
  return link;
}
