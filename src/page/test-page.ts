/** A page for tests in Node: event targets for window and document, put in place by `stub` (Vitest's `stubGlobal`). */
export function testPage(stub: (name: string, value: unknown) => void) {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  stub('document', document);
  stub('addEventListener', window.addEventListener.bind(window));
  return {
    visible(visible: boolean) {
      document.hidden = !visible;
      document.dispatchEvent(new Event('visibilitychange'));
    },
    transition: (type: 'pagehide' | 'pageshow', persisted: boolean) =>
      window.dispatchEvent(Object.assign(new Event(type), { persisted })),
    freeze: (type: 'freeze' | 'resume') => document.dispatchEvent(new Event(type)),
  };
}
