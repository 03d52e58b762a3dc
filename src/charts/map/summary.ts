import type { MapPoint } from '../../science/culture-map.ts';
import type { MapMark, MapSociety } from './geometry.ts';

/** The map in a few sentences, for whoever cannot see it. */
export function summaryOf(
  societies: readonly MapSociety[],
  model: (MapMark & { readonly label: string }) | undefined,
  steered: MapMark | undefined,
): string {
  const zones = new Set(societies.flatMap(({ zone }) => zone ?? [])).size;
  const parts = [
    `Culture map of ${societies.length} human societies in ${zones} zones.`,
    'Across: survival to self-expression. Up: traditional to secular-rational.',
  ];
  if (!model) parts.push('No model has been measured yet.');
  else parts.push(`${model.label} stands at ${place(model)}, nearest to ${nearestName(societies, model)}.`);
  if (model && steered)
    parts.push(`Steered, it stands at ${place(steered)}, nearest to ${nearestName(societies, steered)}.`);
  return parts.join(' ');
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
