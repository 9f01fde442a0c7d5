import type { Span } from '../api.ts';
import { number, string } from '../traces/attributes.ts';
import type { Evidence } from './evidence.ts';
import { endOf } from './spans.ts';

export type Step = { readonly name: string; readonly sec: number };

/** How long a segment took from its last frame to its playlist, and by how much that was too long. */
export type Publishing = {
  readonly span: Span;
  readonly tookSec: number;
  readonly lateSec: number;
  /** The quickest other segment of the stream; undefined without one. */
  readonly usualSec: number | undefined;
  readonly compared: number;
  /** In the order of time, `waiting` before the first and between them. */
  readonly steps: readonly Step[];
};

const names: Record<string, string> = {
  'livestream.segment.mux': 'mux',
  'livestream.segment.encrypt': 'encrypt',
  'livestream.segment.upload': 'upload',
  'livestream.manifest.update': 'manifest update',
};

/**
 * Late is what took longer than the quickest of the others: a fault that lasts slows its neighbours too, so their mean says
 * nothing. Without others all of it counts.
 */
export function publishing({ publish, steps, published }: Evidence): Publishing | undefined {
  if (!publish) return undefined;
  const folder = folderOf(publish);
  const alike = published.filter((span) => folderOf(span) === folder && span.status !== 'error');
  const compared = alike.map(tookSec);
  const usualSec = compared.length > 0 ? Math.min(...compared) : undefined;
  const took = tookSec(publish);
  return {
    span: publish,
    tookSec: took,
    lateSec: Math.max(0, took - (usualSec ?? 0)),
    usualSec,
    compared: compared.length,
    steps: stepsOf(publish, steps),
  };
}

/** The steps that make up most of what was late: none of them is left out that took a quarter of it. */
export function slowSteps({ steps, lateSec }: Publishing): Step[] {
  return steps.filter(({ sec }) => sec >= lateSec / 4).sort((a, b) => b.sec - a.sec);
}

function stepsOf(publish: Span, spans: readonly Span[]): Step[] {
  const steps = new Map<string, number>();
  let waited = 0;
  let at = publish.startedAt;
  for (const span of spans) {
    const name = names[span.name];
    if (!name) continue;
    waited += Math.max(0, span.startedAt - at);
    at = Math.max(at, endOf(span));
    steps.set(name, (steps.get(name) ?? 0) + span.durationMs / 1000);
  }
  const first = { name: 'waiting', sec: waited / 1000 };
  return steps.size === 0 ? [] : [first, ...[...steps].map(([name, sec]) => ({ name, sec }))];
}

function tookSec({ attributes, durationMs }: Span): number {
  return (number(attributes, 'segment.publish_latency_ms') ?? durationMs) / 1000;
}

function folderOf({ attributes }: Span): string {
  return (string(attributes, 'segment.path') ?? '').replace(/[^/]*$/, '');
}
