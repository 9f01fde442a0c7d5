import type { Answer, Silence } from '../facts.ts';
import { isAnswer, isGood } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { fix, note } from '../finding.ts';

/** Says when there is no good answer even to a program, which no page restricts: then nothing else can be told. */
export function reach(bare: Answer | Silence): Finding | undefined {
  if (isGood(bare)) return undefined;
  return isAnswer(bare)
    ? fix('reach', `answers ${bare.status}`, 'ask for the same address with curl, and mend what refuses it')
    : fix('reach', `no answer: ${bare.error}`, 'see that the name resolves and the server listens');
}

/** Licences are asked for by POST with a challenge of the viewer's device, and a server that answers nothing else is well. */
export function licenceUntold({ status }: Answer): Finding {
  return note('reach', `answers ${status} to GET; a licence was not asked for, so nothing is told of it`);
}
