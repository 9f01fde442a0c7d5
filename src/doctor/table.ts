import { styleText } from 'node:util';
import type { Diagnosis } from './doctor.ts';
import type { PlacedFinding } from './finding.ts';

const colours = { ok: 'green', fix: 'red', note: 'yellow' } as const;

/** A diagnosis for people: what was found, host by host, and which figures will be missing. */
export function table({ url, protocol, pageOrigin, browser, findings }: Diagnosis): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const places = [...new Set(findings.map(placeOf))];
  const lines = [`${url}`, `${protocol}, as a page of ${pageOrigin} in ${browser}`];
  for (const place of places) {
    lines.push('', styleText('bold', place));
    for (const finding of findings.filter((each) => placeOf(each) === place)) {
      const { verdict, check, said, advice } = finding;
      lines.push(`  ${styleText(colours[verdict], verdict.padEnd(4))}  ${check.padEnd(width)}  ${said}`);
      if (advice) lines.push(`${' '.repeat(width + 10)}→ ${advice}`);
    }
  }
  lines.push(...missingFigures(findings), '', summary(findings));
  return lines.join('\n');
}

function missingFigures(findings: readonly PlacedFinding[]): string[] {
  // For one reason the same are missing at several places.
  const places = new Map<string, string[]>();
  for (const finding of findings) {
    if (!finding.missing) continue;
    const line = `${finding.missing.join(', ')}: ${finding.said}`;
    places.set(line, [...(places.get(line) ?? []), placeOf(finding)]);
  }
  const lines = [...places].map(([line, at]) => `  ${line} (${at.join(', ')})`);
  return lines.length > 0 ? ['', styleText('bold', 'Figures that will be missing'), ...lines] : [];
}

function summary(findings: readonly PlacedFinding[]): string {
  const count = (verdict: PlacedFinding['verdict']) => findings.filter((each) => each.verdict === verdict).length;
  const notes = count('note');
  const noted = notes > 0 ? `, ${notes} ${notes === 1 ? 'note' : 'notes'}` : '';
  return `${count('fix') === 0 ? 'Nothing' : count('fix')} to fix${noted}.`;
}

function placeOf({ role, host }: PlacedFinding): string {
  return `${role === 'whep' ? 'WHEP' : role} ${host}`;
}
