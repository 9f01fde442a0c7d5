/** A button: what it does, what to expect of it, and the order that it sends. */
export type Fault = { readonly label: string; readonly expect: string; readonly order: () => Record<string, unknown> };

type ActiveFault = { readonly effect: string; readonly endsAt: number | null };

/** Fills `[data-faults]` with a button for each fault, and says which are in force at the server that takes the orders. */
export function showFaultButtons(server: string, faults: readonly Fault[]): void {
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
    const active: ActiveFault[] = await (await fetch(`${server}/faults`)).json();
    say(active.length ? `In force: ${active.map(describe).join('; ')}.` : 'No fault in force.');
    if (active.length) timer = setTimeout(act(refresh), 1000);
  }

  /** A handler that says what went wrong instead of failing silently. */
  function act(work: () => Promise<unknown>): () => void {
    return () => {
      work().catch((error: unknown) => say(`The server at ${server} does not answer: ${error}`));
    };
  }

  for (const { label, expect, order } of faults) {
    const add = () => fetch(`${server}/faults`, { method: 'POST', body: JSON.stringify(order()) }).then(refresh);
    list.append(item(label, expect, act(add)));
  }
  const clear = () => fetch(`${server}/faults`, { method: 'DELETE' }).then(refresh);
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
