import type { Stream } from './api.ts';
import { byId, element, setAttribute } from './element.ts';
import type { Minutes, Route } from './route.ts';
import { formatRoute, parseRoute } from './route.ts';

/** The stream selector and the time range of the header. Both live in the address; `changed` gets every new route. */
export function controls(changed: (route: Route, before: Route) => void) {
  const select = byId('stream', HTMLSelectElement);
  const ranges = [...byId('ranges', HTMLElement).querySelectorAll('button')];
  let route = parseRoute(location.hash);
  let known: readonly string[] = [];

  const go = (change: Partial<Route>) => {
    location.hash = formatRoute({ ...route, ...change });
  };
  select.addEventListener('change', () => go({ stream: select.value || null }));
  for (const button of ranges) button.addEventListener('click', () => go({ minutes: Number(button.value) as Minutes }));
  addEventListener('hashchange', () => {
    const before = route;
    route = parseRoute(location.hash);
    render();
    changed(route, before);
  });

  function render() {
    for (const button of ranges) setAttribute(button, 'aria-pressed', String(Number(button.value) === route.minutes));
    const wanted = ['', ...new Set([...known, ...(route.stream === null ? [] : [route.stream])])];
    const present = [...select.options].map(({ value }) => value);
    if (wanted.length !== present.length || wanted.some((value, i) => value !== present[i])) {
      select.replaceChildren(...wanted.map((value) => element('option', { value }, value || 'All streams')));
    }
    select.value = route.stream ?? '';
  }
  render();

  return {
    route: () => route,
    go,
    hrefOf: (trace: string | null) => formatRoute({ ...route, trace }),
    offer(streams: readonly Stream[]): void {
      known = streams.map(({ streamId }) => streamId).sort();
      render();
    },
  };
}
