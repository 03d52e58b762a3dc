import type { KnownLeewayRow } from '../../charts/known-leeway.ts';
import type { KnownModel } from '../../experiments/known-models.ts';
import { AXIS_WORDS } from '../words.ts';
import { percent } from './validity-words.ts';

const short = ({ phantom }: KnownModel): string => phantom.name.replace('Phantom, axes ', '');

/** A row for each model and axis. */
export const knownRows = (models: readonly KnownModel[]): KnownLeewayRow[] =>
  models.flatMap((model) =>
    model.leeway.map(({ axis, ...figures }) => ({
      key: `${model.phantom.id} ${axis}`,
      name: `${short(model)}, toward ${AXIS_WORDS[axis].high}`,
      ...figures,
    })),
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What was found on each model, in a sentence; nothing where it was not calibrated. */
export function knownSentences(models: readonly KnownModel[]): string[] {
  return models.flatMap((model) => {
    const { fared, leeway, phantom } = model;
    const found = leeway.flatMap((one) => one.found);
    if (!fared || found.length === 0) return [];
    const where = `${phantom.name}: pushed, the other axis moves by ${mean(found).toFixed(2)} of the way`;
    return [
      fared.drifts.share > 0.5
        ? `${where}, and ${percent(fared.drifts.share)} of measurements with 60 dilemmas say that it drifts.`
        : `${where}; ${percent(fared.verdicts['no drift'] / fared.draws)} of measurements with 60 dilemmas say for sure that it does not drift, ${percent(fared.drifts.share)} that it does.`,
    ];
  });
}
