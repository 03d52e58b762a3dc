import type { MapPoint } from '../../science/culture-map.ts';
import type { MapSociety } from './geometry.ts';
import type { ModelMarks } from './mark-labels.ts';

/** The map in a few sentences, for whoever cannot see it. */
export function summaryOf(
  societies: readonly MapSociety[],
  targets: ReadonlySet<string>,
  { model, steered, domains, direct }: ModelMarks,
  domainsAre = 'By one domain alone',
): string {
  const zones = new Set(societies.flatMap(({ zone }) => zone ?? [])).size;
  const ringed = societies.filter(({ iso3 }) => targets.has(iso3)).map(({ name }) => name);
  const parts = [
    `Culture map of ${societies.length} human societies in ${zones} zones.`,
    'Across: survival to self-expression. Up: traditional to secular-rational.',
  ];
  if (ringed.length > 0) parts.push(`Ringed: ${listOf(ringed)}.`);
  if (!model) parts.push('No model has been measured yet.');
  else parts.push(`${model.label} stands at ${place(model)}, nearest to ${nearestName(societies, model)}.`);
  if (model && steered)
    parts.push(`Steered, it stands at ${place(steered)}, nearest to ${nearestName(societies, steered)}.`);
  if (model && domains.length > 0)
    parts.push(`${domainsAre}: ${domains.map((domain) => `${domain.label} ${place(domain)}`).join('; ')}.`);
  if (direct) parts.push(`${direct.label}: ${place(direct)}.`);
  return parts.join(' ');
}

/** What the map knows of one society, a line each. */
export function societyLines(society: MapSociety, target: boolean): string[] {
  const lines = [
    society.name,
    society.zone ?? 'no zone given',
    `x ${signed(society.x)}, y ${signed(society.y)}`,
  ];
  return target ? [...lines, 'target nation'] : lines;
}

/** "A, B and C". */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Two decimals with a real minus sign. */
function signed(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, '')
    .replace('-', '−');
}

function place({ x, y }: MapPoint): string {
  return `${x.toFixed(2)} across, ${y.toFixed(2)} up`;
}

function nearestName(societies: readonly MapSociety[], point: MapPoint): string {
  let best: MapSociety | undefined;
  let least = Infinity;
  for (const society of societies) {
    const distance = Math.hypot(society.x - point.x, society.y - point.y);
    if (distance < least) [best, least] = [society, distance];
  }
  return best?.name ?? 'no society';
}
