/** How a request is answered; `hang`: never, `lost`: breaks off after the headers, `refused`: no answer at all. */
export type Answer = {
  readonly status?: number;
  readonly body?: string;
  readonly end?: 'hang' | 'lost' | 'refused';
  /** After redirects. */
  readonly finalUrl?: string;
};
type Sent = { readonly url: string; readonly headers: readonly (readonly [string, string])[] };

/**
 * XMLHttpRequest for Node, as far as loaders use it; each request is answered by what `answers` gives for it, or by the next of a
 * list, the last for good.
 */
export function testXhr(answers: readonly Answer[] | ((url: string) => Answer)) {
  const sent: Sent[] = [];
  const next = (url: string) =>
    typeof answers === 'function' ? answers(url) : answers[Math.min(sent.length, answers.length) - 1];

  class TestXhr extends EventTarget {
    readyState = 0;
    status = 0;
    statusText = '';
    responseURL = '';
    responseType = '';
    response: string | ArrayBuffer | null = null;
    responseText = '';
    timeout = 0;
    onreadystatechange: (() => void) | null = null;
    url = '';
    headers: [string, string][] = [];

    open(_method: string, url: string) {
      this.url = new URL(url, 'https://site.example/').href;
      this.headers = [];
      this.readyState = 1;
    }

    setRequestHeader(name: string, value: string) {
      if (this.readyState !== 1) throw new Error('InvalidStateError');
      this.headers.push([name, value]);
    }

    getAllResponseHeaders() {
      return '';
    }

    send() {
      sent.push({ url: this.url, headers: this.headers });
      const { status = 200, body = 'body', end, finalUrl = this.url } = next(this.url) ?? {};
      const timer = this.timeout > 0 ? setTimeout(() => this.finish('timeout'), this.timeout) : undefined;
      this.addEventListener('loadend', () => clearTimeout(timer));
      setImmediate(() => {
        if (this.readyState !== 1) return;
        if (end === 'refused') return this.finish('error');
        this.status = status;
        this.responseURL = finalUrl;
        this.change(2);
        this.tell('progress', body.length);
        if (end === 'hang') return;
        if (end === 'lost') return this.finish('error');
        this.response = this.responseType === 'arraybuffer' ? new TextEncoder().encode(body).buffer : body;
        this.responseText = body;
        this.finish('load', body.length);
      });
    }

    abort() {
      if (this.readyState > 0 && this.readyState < 4) {
        this.finish('abort');
      }
      this.readyState = 0;
    }

    finish(type: string, loaded = 0) {
      if (type !== 'load') this.status = 0;
      this.change(4);
      this.tell(type, loaded);
      this.tell('loadend', loaded);
    }

    change(readyState: number) {
      this.readyState = readyState;
      this.dispatchEvent(new Event('readystatechange'));
      this.onreadystatechange?.();
    }

    tell(type: string, loaded: number) {
      const event = Object.assign(new Event(type), { loaded });
      this.dispatchEvent(event);
      const handler = (this as unknown as Record<string, ((event: Event) => void) | null | undefined>)[`on${type}`];
      handler?.call(this, event);
    }
  }

  return { XMLHttpRequest: TestXhr, sent };
}
