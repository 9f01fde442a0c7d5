import type { Attributes } from '@opentelemetry/api';
import type { Measure } from './instruments.ts';
import type { Stats } from './peer-connection.ts';
import { number } from './peer-connection.ts';

/** The way that the packets take: its round trips become a metric, and what it is made of stands on the spans. */
export function selectedPairRecorder(measure: Measure) {
  let last: Stats | undefined;
  let types: Attributes = {};
  return {
    record(all: readonly Stats[]) {
      const pair = selectedPair(all);
      if (!pair) return;
      const before = last?.id === pair.id ? last : undefined;
      const gained = (field: string) => (number(pair, field) ?? 0) - (number(before, field) ?? 0);
      // The mean of the round trips since the last look; nothing where none was measured.
      const responses = gained('responsesReceived');
      if (responses > 0) measure('webrtc.rtt', gained('totalRoundTripTime') / responses);
      last = pair;
      const typeOf = (id: unknown) => all.find((stats) => stats.id === id)?.candidateType as string | undefined;
      types = {
        'ice.local_candidate.type': typeOf(pair.localCandidateId),
        'ice.remote_candidate.type': typeOf(pair.remoteCandidateId),
      };
    },
    types: () => types,
  };
}

function selectedPair(all: readonly Stats[]): Stats | undefined {
  const selected = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  return (
    pairs.find(({ id }) => id === selected?.selectedCandidatePairId) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded')
  );
}
