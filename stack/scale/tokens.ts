/** A gateway that asks for tokens, before the same Kafka as the others. */
import type { ViewerTokens } from '../../src/server/viewer-tokens.ts';
import type { Row } from '../table.ts';
import { fact } from '../table.ts';
import { report } from '../token-requests.ts';
import { until } from '../until.ts';
import type { Archive } from './archive.ts';

const stream = 'with-token';
const unnamed = 'many-sessions';

/** What is on its way to ClickHouse is what the tokens are good for. */
export async function tokenRows(endpoint: string, tokens: ViewerTokens, archive: Archive): Promise<Row[]> {
  const bearer = async (streamId: string, sessionId?: string) =>
    `Bearer ${await tokens.issue({ streamId, ...(sessionId && { sessionId }) })}`;
  const authorization = await bearer(stream, 'the-session');
  const refused = await report(endpoint, { stream });
  const taken = await report(endpoint, { stream, authorization });
  await report(endpoint, { stream, sessions: ['another-session'], authorization });
  await report(endpoint, { stream: 'of-another', authorization });
  const sessions = Array.from({ length: 200 }, (_, i) => `made-up-${i}`);
  await report(endpoint, { stream: unnamed, sessions, authorization: await bearer(unnamed) });
  // The last that was sent, of another key of Kafka: both have to be there.
  await until('what came with a token is on its way to ClickHouse', 60_000, async () =>
    [stream, unnamed].every((each) => archive.presenceOf(each).size > 0),
  );
  const of = (each: string) => [...archive.presenceOf(each)].map(([session, seconds]) => `${session} ${seconds} s`);
  return [
    fact('without a token', '401', String(refused.status)),
    fact('with one', '200', String(taken.status)),
    fact('sessions of a token for one', 'the-session 10 s', of(stream).join(', ')),
    fact('sessions of a stream that is not the token’s', '0', String(of('of-another').length)),
    fact('sessions counted of 200 under a token that names none', '1', String(of(unnamed).length)),
  ];
}
