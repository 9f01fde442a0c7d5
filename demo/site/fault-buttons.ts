type Fault = { readonly label: string; readonly expect: string; readonly order: Record<string, unknown> };

const keyFault: Fault = {
  label: 'Withhold keys for 12 s',
  expect: 'In hls.js a stall with cause key. In dash.js nothing: it asks for its licence once, at the start.',
  order: { match: '/encrypted/{key-*,licence}', effect: 'hang', durationMs: 12_000 },
};

const faultsOf = (source: string): readonly Fault[] => [
  {
    label: 'Withhold segments for 8 s',
    expect: 'The buffer runs dry: one stall of a few seconds, cause network. Then the picture goes on.',
    order: { match: `/${source}/**/seg-*.m4s`, effect: 'hang', durationMs: 8000 },
  },
  {
    label: 'Slow down to 300 kbit/s',
    expect: 'For 30 s fetches take longer and the player steps down to a smaller rendition.',
    order: { match: `/${source}/**/seg-*.m4s`, effect: 'throttle', value: 37_500, durationMs: 30_000 },
  },
  {
    label: '404 on the next segment',
    expect: 'One failed request and one error that is not fatal. The player asks again and nobody notices.',
    order: { match: `/${source}/**/v*/seg-*.m4s`, effect: 'status', value: 404, count: 1, durationMs: 30_000 },
  },
  {
    label: 'Stale playlist for 10 s',
    expect: 'No new segments are listed: a stall with cause live_edge, although every request succeeds.',
    order: { match: `/${source}/**`, effect: 'stale', durationMs: 10_000 },
  },
  {
    label: 'Publish 8 s late',
    expect: 'For 30 s the encoder lags: one stall with cause live_edge, and a higher live latency behind it.',
    order: { match: `/${source}/**/seg-*.m4s`, effect: 'late', value: 8000, durationMs: 30_000 },
  },
  ...(source === 'encrypted' ? [keyFault] : []),
];

type ActiveFault = { readonly effect: string; readonly endsAt: number | null };

/** Fills `[data-faults]` with a button for each fault of a stream, and says which of them are in force at the origin. */
export function showFaultButtons(origin: string, source: string): void {
  const panel = document.querySelector('[data-faults]');
  const list = panel?.querySelector('ul');
  const status = panel?.querySelector<HTMLElement>('[role=status]');
  if (!list || !status) return;
  const say = (text: string) => {
    status.textContent = text;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    const active: ActiveFault[] = await (await fetch(`${origin}/faults`)).json();
    say(active.length ? `In force: ${active.map(describe).join('; ')}.` : 'No fault in force.');
    if (active.length) timer = setTimeout(act(refresh), 1000);
  }

  /** A handler that says what went wrong instead of failing silently. */
  function act(work: () => Promise<unknown>): () => void {
    return () => {
      work().catch((error: unknown) => say(`The origin at ${origin} does not answer: ${error}`));
    };
  }

  for (const { label, expect, order } of faultsOf(source)) {
    const add = () => fetch(`${origin}/faults`, { method: 'POST', body: JSON.stringify(order) }).then(refresh);
    list.append(item(label, expect, act(add)));
  }
  const clear = () => fetch(`${origin}/faults`, { method: 'DELETE' }).then(refresh);
  list.append(item('Clear', 'Ends all faults and lets go what they hold.', act(clear)));
  act(refresh)();
}

function item(label: string, expect: string, onPress: () => void): HTMLLIElement {
  const entry = document.createElement('li');
  const button = document.createElement('button');
  const text = document.createElement('span');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', onPress);
  text.textContent = expect;
  text.id = `expect-${label.toLowerCase().replace(/\W+/g, '-')}`;
  button.setAttribute('aria-describedby', text.id);
  entry.append(button, text);
  return entry;
}

function describe({ effect, endsAt }: ActiveFault): string {
  return endsAt === null ? effect : `${effect}, ${Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))} s left`;
}
