import type { KnownLeewayRow } from '../../charts/known-leeway.ts';
import type { FaredSummary } from '../../science/calibration/summary.ts';
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

/** With a real minus, and none before a zero. */
const decimal = (value: number, digits: number): string =>
  Number(value.toFixed(digits)) === 0 ? (0).toFixed(digits) : value.toFixed(digits).replace('-', '−');

/** What is counted, one line each. */
export const FARED_LINES: readonly { readonly name: string; readonly of: (fared: FaredSummary) => string }[] =
  [
    { name: 'have the axis score in their 95 % interval', of: ({ scores }) => percent(scores.share) },
    { name: 'have the answer to a push in it', of: ({ slopes }) => percent(slopes.share) },
    { name: 'have the leeway in it', of: ({ leeway }) => percent(leeway.share) },
    { name: 'say “it drifts”', of: ({ verdicts, draws }) => percent(verdicts.drifts / draws) },
    { name: 'say “no drift”, for sure', of: ({ verdicts, draws }) => percent(verdicts['no drift'] / draws) },
    {
      name: 'have no zero in the leeway’s interval',
      of: ({ drifts }) => percent(drifts.share),
    },
    {
      name: 'the same where all drift was taken out of the answers (wanted: 5 %)',
      of: ({ falseDrifts }) => percent(falseDrifts.share),
    },
    {
      name: 'there have p < 0.05 by the sign-flip test (wanted: at most 5 %)',
      of: ({ falseFlips }) => percent(falseFlips.share),
    },
    { name: 'Error of the leeway, on average', of: ({ bias }) => decimal(bias, 3) },
  ];

/** What was found on each model, in a sentence; nothing where it was not calibrated. */
export function knownSentences(models: readonly KnownModel[]): string[] {
  return models.flatMap((model) => {
    const { fared, drift, phantom } = model;
    if (!fared || drift === undefined) return [];
    const where = `${phantom.name}: pushed, the other axis moves by ${decimal(drift, 2)} of the way`;
    const [drifts, steady] = [fared.verdicts.drifts / fared.draws, fared.verdicts['no drift'] / fared.draws];
    const many = `of 100 measurements with ${model.calibration?.n.drawn ?? 60} dilemmas`;
    return [
      `${where}; ${many} ${percent(drifts)} say that it drifts, ${percent(steady)} that it does not, for sure.`.replaceAll(
        ' %',
        '',
      ),
    ];
  });
}
