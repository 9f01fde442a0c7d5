import { format } from '../format.ts';
import { number, string } from '../traces/attributes.ts';
import type { Timeline } from './delays.ts';
import { timelineOf } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { freezeVerdict } from './freeze.ts';
import { slowSteps } from './publishing.ts';
import { delayReason } from './reasons.ts';
import { endOf, failed } from './spans.ts';

/** What the autopsy found. The sentence is for people; `culprit` and `step` say the same in one word each. */
export type Verdict = {
  readonly culprit: Culprit;
  /** The slowest step of a late publish. */
  readonly step?: string | undefined;
  readonly sentence: string;
  readonly figures: readonly Figure[];
};

export type Culprit =
  | ('publish' | 'playlist' | 'failed' | 'origin' | 'network')
  | ('key' | 'decode' | 'webrtc' | 'unknown');

/** `slow` marks what the sentence blames. */
export type Figure = { readonly label: string; readonly text: string; readonly slow: boolean };

// What took less than this share of the time that the picture stood does not explain it.
const leastShare = 0.2;
// Less than that is shown as 0 ms.
const leastShownSec = 0.0005;

/** Why a picture stood still, from the spans around it. Pure: nothing is known but what the spans say. */
export function verdictOf(evidence: Evidence): Verdict {
  const { stall } = evidence;
  const seconds = number(stall.attributes, 'stall.duration_s') ?? stall.durationMs / 1000;
  const stood = `The picture stood for ${format('seconds', seconds)}`;
  const cause = string(stall.attributes, 'stall.cause');
  if (cause === 'webrtc' || string(stall.attributes, 'protocol') === 'webrtc') return freezeVerdict(evidence, seconds);
  if (cause === 'decode') return decodeVerdict(evidence, stood);
  if (cause === 'key' && evidence.fetch) return keyVerdict(evidence, stood);
  const timeline = timelineOf(evidence);
  const parts = Object.entries(timeline.delays).sort(([, a], [, b]) => b - a) as [keyof Timeline['delays'], number][];
  const [part, longest] = parts[0] as (typeof parts)[number];
  const found = longest >= seconds * leastShare;
  const figures = figuresOf(evidence, timeline, found ? part : undefined);
  if (!found) {
    const sentence = `${stood}, and nothing that was recorded around it was slow enough to say why`;
    return { culprit: 'unknown', sentence, figures };
  }
  const { text, step } = delayReason(part, evidence, timeline);
  return { culprit: part === 'failing' ? 'failed' : part, step, sentence: `${stood} because ${text}`, figures };
}

function decodeVerdict({ stall }: Evidence, stood: string): Verdict {
  const buffered = number(stall.attributes, 'buffer.length_s');
  const had = buffered === undefined ? 'media' : `${format('seconds', buffered)} of media`;
  return {
    culprit: 'decode',
    sentence: `${stood} although ${had} ${buffered === undefined ? 'was' : 'were'} buffered: the decoder gave no frames`,
    figures: [],
  };
}

function keyVerdict(evidence: Evidence, stood: string): Verdict {
  const { fetch, attempts, stall } = evidence;
  if (!fetch) throw new Error('a key verdict needs the fetch of a key');
  const asked = (attempts[0] ?? fetch).startedAt;
  const missing = format('ms', Math.min(endOf(fetch), endOf(stall) + 1000) - asked);
  const { text } = delayReason([...attempts, fetch].some(failed) ? 'failing' : 'origin', evidence);
  return { culprit: 'key', sentence: `${stood} because the key was missing for ${missing}: ${text}`, figures: [] };
}

function figuresOf(
  evidence: Evidence,
  { delays, publishing, tookSec }: Timeline,
  blamed?: keyof Timeline['delays'],
): Figure[] {
  const { fetch, publish, playlists } = evidence;
  const figures: Figure[] = [];
  const say = (label: string, seconds: number | undefined, slow = false) => {
    if (seconds !== undefined && seconds >= leastShownSec)
      figures.push({ label, text: format('seconds', seconds), slow });
  };
  const about = publish ?? fetch;
  say('segment', about && number(about.attributes, 'segment.duration_s'));
  if (publishing) {
    const slow = blamed === 'publish' ? slowSteps(publishing) : [];
    say('published in', publishing.tookSec);
    for (const step of publishing.steps) say(step.name, step.sec, slow.includes(step));
    if (publishing.usualSec !== undefined) {
      const text = publishing.usualSec < leastShownSec ? 'under 1\u00a0ms' : format('seconds', publishing.usualSec);
      figures.push({ label: `quickest of ${publishing.compared} others`, text, slow: false });
    }
  }
  say('not in the playlist', delays.playlist, blamed === 'playlist');
  if (playlists.length > 0)
    figures.push({ label: 'playlists asked', text: format('count', playlists.length), slow: false });
  say('fetch', tookSec);
  say('failed attempts', delays.failing, blamed === 'failing');
  say('until the first byte', delays.origin, blamed === 'origin');
  say('on the network', delays.network, blamed === 'network');
  return figures;
}
