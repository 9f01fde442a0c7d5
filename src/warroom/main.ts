import 'uplot/dist/uPlot.min.css';
import './style.css';
import { alerts } from './alerts/alerts.ts';
import type { Alerts, Joins, Series, Streams, Viewers } from './api.ts';
import { get } from './api.ts';
import { connectionStatus } from './connection.ts';
import { controls } from './controls.ts';
import { byId, setText } from './element.ts';
import { causes } from './figures/causes.ts';
import { joins } from './figures/joins.ts';
import { delivery, playback } from './figures/panel-table.ts';
import { panels } from './figures/panels.ts';
import { streams } from './figures/streams.ts';
import { viewers } from './figures/viewers.ts';
import { format } from './format.ts';
import { poll } from './poll.ts';
import type { Route } from './route.ts';
import { theme } from './theme.ts';
import { traceView } from './traces/trace-view.ts';
import { troubled } from './traces/troubled.ts';

const announcements = byId('announcements', HTMLElement);
const announce = (text: string) => setText(announcements, text);

theme(byId('theme', HTMLButtonElement));
const { route, go, hrefOf, offer } = controls(moved);
const overview = byId('overview', HTMLElement);
const tracePage = byId('trace', HTMLElement);
const trace = traceView(hrefOf, listSession);
const status = connectionStatus(announce);
const showAlerts = alerts(byId('alerts', HTMLElement), announce);
const audience = viewers();
const showPlayback = panels(byId('playback-panels', HTMLElement), playback);
const showDelivery = panels(byId('delivery-panels', HTMLElement), delivery);
const showCauses = causes();
const showJoins = joins();
const showStreams = streams((stream) => go({ stream }));
const cases = troubled(hrefOf, () => rounds.again());
let scrolled = 0;

const rounds = poll({ ask, onConnection: status.show, visible: () => document.visibilityState === 'visible' });

async function ask(signal: AbortSignal): Promise<void> {
  const { stream, minutes } = route();
  const [now, summaries, series, states, joined] = await Promise.all([
    get<Viewers>('viewers', {}, signal),
    get<Streams>('streams', {}, signal),
    get<Series>('series', { minutes, stream: stream ?? undefined }, signal),
    get<Alerts>('alerts', {}, signal),
    get<Joins>('joins', { stream: stream ?? undefined }, signal),
    cases.refresh(stream, signal),
  ]);
  if (signal.aborted) return;
  offer(summaries.streams);
  showAlerts(states.alerts);
  showStreams(summaries.streams, stream);
  showCauses(summaries.streams, stream);
  showJoins(joined);
  entitle(audience.now(now, stream), states);
  // A chart that is not on screen has no size; the next round after coming back draws it.
  if (overview.hidden) return;
  audience.history(series, stream, minutes);
  showPlayback(series, stream, minutes);
  showDelivery(series, stream, minutes);
}

function listSession(sessionId: string) {
  cases.listSession(sessionId);
  go({ trace: null });
}

function entitle(watching: number, { alerts: all }: Alerts) {
  const firing = all.filter(({ state }) => state === 'firing').length;
  const words = [firing > 0 ? `${firing} firing` : '', `${format('count', watching)} watching`, 'Playscope'];
  document.title = words.filter(Boolean).join(' · ');
}

function moved(now: Route, before: Route) {
  if (now.trace !== before.trace) openTrace(now.trace, before.trace);
  if (now.stream !== before.stream || now.minutes !== before.minutes || now.trace === null) rounds.again();
}

function openTrace(id: string | null, from: string | null) {
  if (from === null) scrolled = scrollY;
  overview.hidden = id !== null;
  tracePage.hidden = id === null;
  void trace.show(id);
  scrollTo(0, id === null ? scrolled : 0);
  if (id !== null) byId('trace-title', HTMLElement).focus({ preventScroll: true });
  else document.querySelector<HTMLElement>(`[data-trace="${from}"]`)?.focus({ preventScroll: true });
}

// The address belongs to the route, so that the skip link must not change it.
byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  event.preventDefault();
  byId('content', HTMLElement).focus();
});
byId('trace-back', HTMLButtonElement).addEventListener('click', () => go({ trace: null }));
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && route().trace !== null) go({ trace: null });
});
document.addEventListener('visibilitychange', rounds.wake);
setInterval(status.tick, 1000);
if (route().trace !== null) openTrace(route().trace, null);
rounds.again();
status.tick();
