import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lifecycle } from './lifecycle.ts';
import { testPage } from './test-page.ts';

let page: ReturnType<typeof testPage>;
let heard: string[];
let ending: AbortController;

beforeEach(() => {
  page = testPage(vi.stubGlobal);
  heard = [];
  ending = new AbortController();
  lifecycle(
    {
      onHide: () => heard.push('hide'),
      onShow: () => heard.push('show'),
      onLeave: (persisted) => heard.push(`leave ${persisted}`),
      onReturn: () => heard.push('return'),
    },
    ending.signal,
  );
});

afterEach(() => vi.unstubAllGlobals());

test('a tab is hidden, shown and closed', () => {
  page.transition('pageshow', false);
  page.visible(false);
  page.visible(true);
  page.visible(false);
  page.transition('pagehide', false);
  expect(heard).toEqual(['hide', 'show', 'hide', 'leave false']);
});

test('a navigation, where the page hides after it has been left, is one departure', () => {
  page.transition('pagehide', true);
  page.visible(false);
  expect(heard).toEqual(['leave true']);
});

test('a return from the back/forward cache is told once, although resume and pageshow both come', () => {
  page.transition('pagehide', true);
  page.visible(false);
  page.freeze('freeze');
  page.freeze('resume');
  page.visible(true);
  page.transition('pageshow', true);
  expect(heard).toEqual(['leave true', 'leave true', 'return', 'show']);
  page.visible(false);
  expect(heard.at(-1)).toBe('hide');
});

test('nothing is heard after the end', () => {
  ending.abort();
  page.visible(false);
  page.freeze('freeze');
  page.transition('pagehide', false);
  page.transition('pageshow', true);
  expect(heard).toEqual([]);
});
