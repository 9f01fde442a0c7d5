/** What an answer was for: each role of each host is looked at once. */
export type Role = 'playlist' | 'segment' | 'key' | 'licence' | 'whep' | 'collector';

/** An answer as it was on the wire, whoever may read it; instants in Unix ms of this machine's clock. */
export type Answer = {
  readonly status: number;
  /** Names in lower case; several of a name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sentMs: number;
  readonly receivedMs: number;
};

/** Why there was no answer at all, in the words of the network. */
export type Silence = { readonly error: string };

/** What the page got to see of a request of its own. */
export type Seen = {
  /** Undefined where the browser kept the answer from the page. */
  readonly status?: number;
  /** Whether Resource Timing told phases and sizes; undefined where there was no entry. */
  readonly isTimed?: boolean;
};

/** All that was asked of one role at one host. */
export type TargetFacts = {
  readonly role: Exclude<Role, 'whep' | 'collector'>;
  readonly url: string;
  /** Asked from the page, bare, and with a `traceparent` header. */
  readonly inPage: { readonly bare: Seen; readonly withHeader: Seen };
  /** The preflight for that header; undefined on the page's own origin, which needs none. */
  readonly preflight?: Answer | Silence | undefined;
  /** Asked twice as it is, which is what fills a cache. */
  readonly bare: readonly [Answer | Silence, Answer | Silence];
  /** Then with one value of the parameter; where a cache missed that, with another value; where anything changed, once more as it is. */
  readonly withQuery: Answer | Silence;
  readonly withOtherQuery?: Answer | Silence;
  readonly bareAgain?: Answer | Silence;
};

/** A WHEP endpoint, asked with an offer that it cannot take, so that no session begins. */
export type WhepFacts = {
  readonly url: string;
  readonly inPage: { readonly bare: Seen; readonly withHeader: Seen };
  readonly preflight?: Answer | Silence | undefined;
  readonly bare: Answer | Silence;
};

/** An export without records, to each path and in each encoding, as players and servers send them. */
export type CollectorFacts = {
  readonly endpoint: string;
  readonly exports: readonly ExportFacts[];
};

export type ExportFacts = {
  readonly url: string;
  readonly contentType: 'application/json' | 'application/x-protobuf';
  readonly inPage: Seen;
  readonly preflight?: Answer | Silence | undefined;
  readonly bare: Answer | Silence;
  /** Sent as a server does, without an origin, where the page's was refused. */
  readonly fromServer?: Answer | Silence | undefined;
};

/** What the playlists say of the stream, and which of its codecs the browser plays. */
export type StreamFacts = {
  /** Renditions of a kind stand for each other; a player needs one of each kind. */
  readonly renditions: readonly Rendition[];
  readonly unplayable: readonly string[];
  /** Whether a live HLS playlist says when its pictures were captured; undefined for what is not live HLS. */
  readonly hasDates?: boolean | undefined;
};

export type Rendition = { readonly kind: 'video' | 'audio' | 'variant'; readonly codecs: readonly string[] };

export function isAnswer(said: Answer | Silence | undefined): said is Answer {
  return said !== undefined && 'status' in said;
}

/** Whether the answer is one that a player can use. */
export function isGood(said: Answer | Silence | undefined): said is Answer {
  return isAnswer(said) && said.status >= 200 && said.status < 300;
}
