import type { Events } from './events.ts';
import type { Intercepting } from './requests.ts';

/** The parts of dash.js that are read; checked against the types of versions 4 and 5 in the tests. */
export type Dash = Events &
  Partial<Intercepting> & {
    destroy(): void;
    getAutoPlay(): boolean;
    getVideoElement(): HTMLMediaElement;
    getSource(): string | object;
    getCurrentLiveLatency(): number;
    getTargetLiveDelay(): number;
    getLowLatencyModeEnabled?(): boolean;
    getSettings(): object;
    getDashMetrics(): object;
  };

/** Most getters of dash.js throw before there is a source, and some after it has gone: that is no answer. */
export function ask<Answer>(question: () => Answer): Answer | undefined {
  try {
    return question();
  } catch {
    return undefined;
  }
}
