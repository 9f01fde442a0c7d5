import { isMediaCodec } from './hls.ts';

/** The parts of an MPD that say where things are, read in a browser: attributes as they stand, inherited downwards. */
export type Mpd = {
  readonly isLive: boolean;
  readonly availabilityStartTime: string | null;
  readonly periodStart: string | null;
  readonly licences: readonly string[];
  readonly representations: readonly Representation[];
};

export type Representation = {
  readonly id: string;
  readonly bandwidth: number;
  readonly mimeType: string;
  readonly codecs: string;
  /** Every BaseURL on the way down, from the outermost. */
  readonly baseUrls: readonly string[];
  readonly template: Readonly<Record<string, string>>;
  /** `t`, `d` and `r` of each entry of the SegmentTimeline. */
  readonly timeline: readonly { readonly t: string | null; readonly d: string; readonly r: string | null }[];
  /** Addresses of a SegmentList. */
  readonly listed: readonly string[];
};

/** Parses an MPD; undefined where the text is none. Runs in the page, which has a parser: it knows nothing of this module. */
export function parseInPage(text: string): Mpd | undefined {
  const mpd = new DOMParser().parseFromString(text, 'application/xml').documentElement;
  if (mpd.localName !== 'MPD') return undefined;
  const own = (node: Element, name: string) => [...node.children].filter((each) => each.localName === name);
  const named = (node: Element) => Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
  // Of a live stream the last Period is the one that is on.
  const period = own(mpd, 'Period').at(-1);
  if (!period) return undefined;
  const representations = own(period, 'AdaptationSet').flatMap((set) =>
    own(set, 'Representation').map((representation) => {
      const line = [mpd, period, set, representation];
      const inherited = (name: string) =>
        [representation, set].map((each) => each.getAttribute(name)).find(Boolean) ?? '';
      const all = (name: string) => line.flatMap((each) => own(each, name));
      const timeline = all('SegmentTemplate')
        .flatMap((each) => own(each, 'SegmentTimeline'))
        .at(-1);
      const list = all('SegmentList').at(-1);
      return {
        id: representation.id,
        bandwidth: Number(representation.getAttribute('bandwidth')),
        mimeType: inherited('mimeType') || `${set.getAttribute('contentType')}/mp4`,
        codecs: inherited('codecs'),
        baseUrls: line.flatMap((each) => own(each, 'BaseURL')[0]?.textContent?.trim() ?? []),
        template: Object.assign({}, ...all('SegmentTemplate').map(named)),
        timeline: (timeline ? own(timeline, 'S') : []).map((entry) => ({
          t: entry.getAttribute('t'),
          d: entry.getAttribute('d') ?? '0',
          r: entry.getAttribute('r'),
        })),
        listed: (list ? own(list, 'SegmentURL') : []).flatMap((each) => each.getAttribute('media') ?? []),
      };
    }),
  );
  const licences = [...mpd.getElementsByTagName('*')].filter(({ localName }) => /^laurl$/i.test(localName));
  return {
    isLive: mpd.getAttribute('type') === 'dynamic',
    availabilityStartTime: mpd.getAttribute('availabilityStartTime'),
    periodStart: period.getAttribute('start'),
    licences: licences
      .map((each) => (each.textContent || each.getAttribute('licenseUrl') || '').trim())
      .filter(Boolean),
    representations,
  };
}

/** The codecs of a representation, without subtitles. */
export function codecsOf({ codecs }: Representation): string[] {
  return codecs.split(',').filter(isMediaCodec);
}

/** The address of a segment that is there now, and whether it is a range of a longer object. */
export function segmentOf(
  mpd: Mpd,
  which: Representation,
  mpdUrl: string,
  nowMs: number,
): { url: string; isPart: boolean } {
  const base = which.baseUrls.reduce((from, url) => new URL(url, from).href, mpdUrl);
  const { media } = which.template;
  const listed = which.listed[0];
  if (listed !== undefined) return { url: new URL(listed, base).href, isPart: false };
  if (media === undefined) return { url: base, isPart: true };
  const { number, time } = which.timeline.length > 0 ? fromTimeline(which) : fromClock(mpd, which, nowMs);
  const values: Record<string, string | number> = {
    RepresentationID: which.id,
    Bandwidth: which.bandwidth,
    Number: number,
    Time: time,
  };
  const path = media
    .replace(/\$(\w+)(?:%0(\d+)d)?\$/g, (_, name, width = '0') => String(values[name]).padStart(Number(width), '0'))
    .replaceAll('$$', '$');
  return { url: new URL(path, base).href, isPart: false };
}

type Place = { readonly number: number; readonly time: number };

/** The last but one, as the last may not be everywhere yet. */
function fromTimeline({ timeline, template }: Representation): Place {
  const starts: number[] = [];
  let at = 0;
  for (const { t, d, r } of timeline) {
    if (t !== null) at = Number(t);
    for (let times = Math.max(0, Number(r ?? 0)); times >= 0; times--) {
      starts.push(at);
      at += Number(d);
    }
  }
  const index = Math.max(0, starts.length - 2);
  return { number: Number(template.startNumber ?? 1) + index, time: starts[index] ?? 0 };
}

/** The last but two that the clock says should be there. */
function fromClock(
  { isLive, availabilityStartTime, periodStart }: Mpd,
  { template }: Representation,
  nowMs: number,
): Place {
  const first = Number(template.startNumber ?? 1);
  const duration = Number(template.duration);
  const durationMs = (duration / Number(template.timescale ?? 1)) * 1000;
  const beganMs = Date.parse(availabilityStartTime ?? '') + durationOf(periodStart);
  const index = isLive ? Math.max(0, Math.floor((nowMs - beganMs) / durationMs) - 3) : 0;
  return { number: first + index, time: index * duration };
}

/** An xs:duration of at most days, in ms. */
function durationOf(text: string | null): number {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text ?? '') ?? [];
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
