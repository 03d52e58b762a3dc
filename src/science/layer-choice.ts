/**
 * The paper's choice of layers (Dang & Masud, arXiv 2605.26365): every layer is steered at one small strength on training
 * dilemmas, and the `count` layers whose shift toward the high pole is largest are kept.
 * @param shifts shift of the axis by layer, nats
 * @returns layer numbers from 0, ascending
 */
export function topLayers(shifts: readonly number[], count = 4): number[] {
  return shifts
    .map((shift, layer) => ({ shift, layer }))
    .sort((a, b) => b.shift - a.shift || a.layer - b.layer)
    .slice(0, count)
    .map(({ layer }) => layer)
    .sort((a, b) => a - b);
}
