import type { TraceSummary } from '../api.ts';
import type { Words } from './words.ts';
import { slowStartSec, wordsFor } from './words.ts';

/** A trace as it stands in the list. `times` counts how often the same happened to the same session in a row. */
export type Case = { readonly trace: TraceSummary; readonly words: Words; readonly times: number };

/** Whether a trace hurt somebody: an error, a stall, or a start that took too long. */
export function hurts({ name, error, durationMs, attributes }: TraceSummary): boolean {
  if (error || name === 'livestream.player.stall') return true;
  if (name !== 'livestream.player.startup') return false;
  const told = attributes['startup.duration_s'];
  return (typeof told === 'number' ? told : durationMs / 1000) > slowStartSec;
}

/**
 * The answers to several questions as one list, newest first, each trace once, and what happened to a session again and
 * again as one case that opens the newest of them.
 */
export function casesOf(answers: readonly (readonly TraceSummary[])[], most: number): Case[] {
  const traces = [...new Map(answers.flat().map((trace) => [trace.traceId, trace])).values()];
  traces.sort((a, b) => b.startedAt - a.startedAt || (a.traceId < b.traceId ? -1 : 1));
  const cases: Case[] = [];
  const lastOf = new Map<string, number>();
  for (const trace of traces) {
    const words = wordsFor(trace);
    const session = trace.sessionId ?? trace.service;
    const before = cases[lastOf.get(session) ?? -1];
    if (before && before.words.kind === words.kind) {
      cases[lastOf.get(session) ?? -1] = { ...before, times: before.times + 1 };
    } else {
      lastOf.set(session, cases.length);
      cases.push({ trace, words, times: 1 });
    }
  }
  return cases.slice(0, most);
}
