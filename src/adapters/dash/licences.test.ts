// Licence requests of the real dash.js 5 and 4, by their own protection controllers over a browser's module for protected content
// (EME) that asks for a licence when it is told to. XMLHttpRequest is a stand-in.
import type { ProtectionController } from 'dashjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome, PlaybackEvent } from '../../core/events.ts';
import { testWatch } from '../contract.ts';
import type { Dash } from '../dash.ts';
import { dash } from '../dash.ts';
import type { Answer } from '../test-xhr.ts';
import { isNamed, mpd, parsedMpd, player4, player5, serve, source, stubWindow, until } from './test-dash.ts';

const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const serverURL = 'https://drm.example/licence';
const widevine = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';

/** A box of initialisation data (`pssh`) whose content is one byte. */
function pssh(content: number): Buffer<ArrayBuffer> {
  const box = Buffer.alloc(33);
  box.writeUInt32BE(33);
  box.write('pssh', 4);
  box.write(widevine.replaceAll('-', ''), 12, 'hex');
  box.writeUInt32BE(1, 28);
  box[32] = content;
  return box;
}

/** Sessions number themselves, and ask for a licence as soon as they have initialisation data. */
function stubEme() {
  let sessions = 0;
  const createSession = () => {
    sessions += 1;
    const ask = () => session.dispatchEvent(Object.assign(new Event('message'), { message: new ArrayBuffer(4) }));
    const session = Object.assign(new EventTarget(), {
      sessionId: `session ${sessions}`,
      keyStatuses: new Map(),
      closed: new Promise(() => {}),
      generateRequest: async () => void setImmediate(ask),
      update: async () => {},
      close: async () => {},
    });
    return session;
  };
  const requestMediaKeySystemAccess = async (keySystem: string, [configuration]: unknown[]) => ({
    keySystem,
    getConfiguration: () => configuration,
    createMediaKeys: async () => ({ createSession }),
  });
  vi.stubGlobal('navigator', { userAgent: 'Node', requestMediaKeySystemAccess });
}

function protectedMpd() {
  const element = `<ContentProtection schemeIdUri="urn:uuid:${widevine}"><pssh>${pssh(1).toString('base64')}</pssh></ContentProtection>`;
  return mpd().replace('<SegmentTemplate', `${element}<SegmentTemplate`);
}

function protectedParsedMpd() {
  const whole = parsedMpd();
  const protection = [{ schemeIdUri: `urn:uuid:${widevine}`, pssh: { __text: pssh(1).toString('base64') } }];
  for (const { AdaptationSet_asArray: sets } of whole.Period_asArray)
    for (const set of sets)
      for (const node of [set, ...set.Representation_asArray])
        Object.assign(node, { ContentProtection: protection, ContentProtection_asArray: protection });
  return whole;
}

type LicenceRequest = { headers: Record<string, string> };
type Player = Dash & {
  initialize(): void;
  reset(): void;
  preload(): void;
  attachSource(source: string | object): void;
  updateSettings(settings: object): void;
  setProtectionData(data: object): void;
  getProtectionController(): ProtectionController;
  registerLicenseRequestFilter(filter: (request: LicenceRequest) => Promise<unknown>): void;
};
const players: Player[] = [];

beforeEach(() => {
  stubWindow();
  stubEme();
});
afterEach(() => {
  for (const player of players.splice(0)) player.reset();
  vi.unstubAllGlobals();
});

describe.each([
  ['5', async () => (await player5()) as unknown as Player, source],
  ['4', async () => player4() as unknown as Player, undefined],
] as const)('dash.js %s', (_, create, given) => {
  async function make(answers: readonly Answer[], { retries = 3, retryMs = 5, headers = {} } = {}) {
    const xhr = serve({ 'a.mpd': [{ body: protectedMpd() }], licence: answers });
    const player = await create();
    const streaming = { retryAttempts: { license: retries }, retryIntervals: { license: retryMs } };
    players.push(player);
    function load() {
      player.updateSettings({ streaming });
      player.initialize();
      const protection = player.getProtectionController();
      player.setProtectionData({
        'com.widevine.alpha': { serverURL, httpRequestHeaders: { 'x-page': '1', ...headers } },
      });
      player.attachSource(given ?? protectedParsedMpd());
      player.preload();
      return protection;
    }
    return { player, load, onWire: () => xhr.named('licence') };
  }

  function watched(player: Player, more: { emit?: (event: PlaybackEvent) => void } = {}) {
    const told = testWatch({ traceparent: header });
    dash.watch(player, { ...told.watch, ...more });
    const keys = () => told.of('request').filter(({ request }) => isNamed(request.url, 'licence'));
    return {
      ...told,
      sent: () => keys().flatMap(({ request, outcome }) => (outcome ? [] : [request])),
      outcomes: () => keys().flatMap(({ outcome }): Outcome[] => (outcome ? [outcome] : [])),
      ended: () => keys().flatMap(({ request, outcome }) => (outcome ? [request.id] : [])),
    };
  }

  const headersOf = (sent: { headers: readonly (readonly [string, string])[] }[]) =>
    sent.map(({ headers }) => headers.map(([name, value]) => `${name}: ${value}`));

  test('a licence is a key, told when sent and when it has come', async () => {
    const { player, load } = await make([{}]);
    const { sent, outcomes, faults } = watched(player);
    load();
    await until(() => expect(outcomes()).toMatchObject([{ result: 'ok' }]));
    expect(sent()).toMatchObject([{ objectType: 'key', url: serverURL, retry: 0 }]);
    expect(faults).toEqual([]);
  });

  test('each attempt at one counts, and those that others follow have failed', async () => {
    const { player, load, onWire } = await make([{ status: 503 }, { end: 'lost' }, {}]);
    const { sent, outcomes } = watched(player);
    load();
    await until(() => expect(outcomes().map(({ result }) => result)).toEqual(['failed', 'failed', 'ok']));
    expect(sent().map(({ retry }) => retry)).toEqual([0, 1, 2]);
    expect(onWire()).toHaveLength(3);
  });

  test.each([
    ['refuses', { status: 403 }, 'failed'],
    ['does not answer', { end: 'refused' }, 'failed'],
  ] as const)('a server that %s at last', async (_name, answer, result) => {
    const { player, load } = await make([answer], { retries: 1 });
    const { outcomes } = watched(player);
    load();
    await until(() => expect(outcomes()).toMatchObject([{ result }, { result }]));
  });

  test.each<[string, (player: Player) => void]>([
    ['a reset', (player) => player.reset()],
    ['another source', (player) => player.attachSource('https://cdn.example/other.mpd')],
  ])('under way at %s it is aborted, which is no failure and no error', async (_name, leave) => {
    const { player, load, onWire } = await make([{ end: 'hang' }]);
    const { outcomes, of } = watched(player);
    load();
    await until(() => expect(onWire()).toHaveLength(1));
    leave(player);
    await until(() => expect(outcomes()).toMatchObject([{ result: 'aborted' }]));
    expect(of('error')).toEqual([]);
  });

  test('refused at last it ends playback', async () => {
    const { player, load } = await make([{ status: 403 }], { retries: 0 });
    const { of } = watched(player);
    load();
    await until(() => expect(of('error')).toMatchObject([{ errorType: 'drm', fatal: true }]));
  });

  test('two sessions at once are two', async () => {
    const { player, load, onWire } = await make([{ status: 503 }, { end: 'hang' }, {}], { retryMs: 50 });
    const { sent, ended, outcomes } = watched(player);
    const protection = load();
    await until(() => expect(onWire()).toHaveLength(1));
    protection.createKeySession({ initData: pssh(2).buffer } as never);
    await until(() => expect(onWire()).toHaveLength(3));
    await until(() => expect(outcomes().map(({ result }) => result)).toEqual(['failed', 'ok']));
    const [first, , retried] = sent().map(({ id }) => id);
    expect(sent()).toHaveLength(3);
    expect(ended()).toEqual([first, retried]);
  });

  test('one under way when we come is told from its first sending on', async () => {
    const { player, load } = await make([{ status: 503 }, {}]);
    load();
    const { outcomes } = await new Promise<ReturnType<typeof watched>>((come) =>
      player.registerLicenseRequestFilter(async () => come(watched(player))),
    );
    await until(() => expect(outcomes().map(({ result }) => result)).toEqual(['failed', 'ok']));
  });

  test('after a reset the filter is there again, once', async () => {
    const { player, load, onWire } = await make([{}]);
    const { sent, outcomes } = watched(player);
    player.initialize();
    player.reset();
    load();
    await until(() => expect(outcomes()).toHaveLength(1));
    expect(sent()).toHaveLength(1);
    expect(headersOf(onWire())).toEqual([['x-page: 1', `traceparent: ${header}`]]);
  });

  describe('traceparent', () => {
    test('is sent with the first attempt, and not again with the next, which is another', async () => {
      const { player, load, onWire } = await make([{ status: 503 }, {}]);
      const { outcomes } = watched(player);
      load();
      await until(() => expect(outcomes()).toHaveLength(2));
      expect(headersOf(onWire())).toEqual([['x-page: 1', `traceparent: ${header}`], ['x-page: 1']]);
    });

    test.each(['traceparent', 'Traceparent'])('of the page, as %s, is sent with all of them', async (name) => {
      const { player, load, onWire } = await make([{ status: 503 }, {}], { headers: { [name]: 'own' } });
      const { outcomes } = watched(player);
      load();
      await until(() => expect(outcomes()).toHaveLength(2));
      const theirs = ['x-page: 1', `${name}: own`];
      expect(headersOf(onWire())).toEqual([theirs, theirs]);
    });
  });

  test('a licence under way when we go is sent without a header of ours', async () => {
    const { player, load, onWire } = await make([{}]);
    player.registerLicenseRequestFilter(async () => detach());
    const { detach } = watched(player);
    load();
    await until(() => expect(headersOf(onWire())).toEqual([['x-page: 1']]));
  });

  test("the page's filter works as without us, ours failing or gone", async () => {
    const { player, load, onWire } = await make([{}]);
    let filtered = 0;
    const filter = async () => {
      filtered += 1;
    };
    player.registerLicenseRequestFilter(filter);
    const failing = watched(player, {
      emit() {
        throw new Error('broken');
      },
    });
    load();
    await until(() => expect(onWire()).toHaveLength(1));
    expect(failing.faults.length).toBeGreaterThan(0);
    failing.detach();
    player.attachSource(given ?? protectedParsedMpd());
    player.preload();
    await until(() => expect(onWire()).toHaveLength(2));
    expect(filtered).toBe(2);
    expect(headersOf(onWire()).at(-1)).toEqual(['x-page: 1']);
  });
});
