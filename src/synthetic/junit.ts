import type { WatchReport } from './report.ts';

/** The verdict as JUnit XML: a case that the stream played, and one for each expectation. */
export function junitOf({ url, startedAt, durationSec, problem, expectations, interrupted }: WatchReport): string {
  const time = durationSec.toFixed(3);
  const cases = [
    caseOf('a viewer sees a picture', time, problem ?? undefined),
    ...expectations.map(({ text, holds, message }) => caseOf(text, '0', holds ? undefined : message)),
    ...(interrupted ? [caseOf('the watch runs to its end', '0', 'It was interrupted.')] : []),
  ];
  const failures = cases.filter((each) => each.includes('<failure')).length;
  const counts = `tests="${cases.length}" failures="${failures}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="playscope watch" ${counts} time="${time}">
  <testsuite name="${escaped(url)}" ${counts} time="${time}" timestamp="${startedAt}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

function caseOf(name: string, time: string, failure: string | undefined): string {
  const attributes = `name="${escaped(name)}" classname="playscope.watch" time="${time}"`;
  if (failure === undefined) return `    <testcase ${attributes}/>`;
  return `    <testcase ${attributes}>
      <failure message="${escaped(failure)}"/>
    </testcase>`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // XML 1.0 has no way at all to write control characters.
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? '').replace(/\p{Cc}/gu, ' ');
}
