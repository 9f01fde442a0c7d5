type Listener = (event: Event) => void;
type Child = Node | string | null;

/** An element with attributes (null and false are left out, `on…` functions listen) and children. Text stays text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | null | Listener> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * The element of the page with this id.
 *
 * @throws Error when the page has none, or one of another kind.
 */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`#${id}: expected ${kind.name}, received ${found?.constructor.name ?? 'nothing'}`);
}

/** Writes text, and leaves the page alone when it says so already. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute, null removes it, and leaves the page alone when it stands so already. */
export function setAttribute(node: Element, name: string, value: string | null): void {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

export type Item<T> = { readonly root: HTMLElement; readonly update: (value: T) => void };

/**
 * A list that changes in place: what stays keeps its element, and with it focus and selection, what goes is removed.
 *
 * @param keyOf must be unique in a list.
 */
export function keyedList<T>(parent: Element, keyOf: (value: T) => string, create: (value: T) => Item<T>) {
  let items = new Map<string, Item<T>>();
  return (values: readonly T[]): void => {
    const next = new Map<string, Item<T>>();
    for (const [i, value] of values.entries()) {
      const key = keyOf(value);
      const item = items.get(key) ?? create(value);
      items.delete(key);
      next.set(key, item);
      item.update(value);
      const there = parent.children[i];
      if (there !== item.root) parent.insertBefore(item.root, there ?? null);
    }
    for (const { root } of items.values()) root.remove();
    items = next;
  };
}
