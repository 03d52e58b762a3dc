import { AXIS_WORDS } from '../science/axis-words.ts';
import { VALID_FROM } from '../science/control.ts';
import type { Provenance } from '../runs/run.ts';
import type { Report } from './report.ts';
import type { ReportStudy } from './studies.ts';

/** Fewer dilemmas leave an item with a handful. */
export const ENOUGH_DILEMMAS = 60;
/** The design's number of random vectors. */
export const ENOUGH_NULLS = 20;
const CHANCE = 0.05;
const LITTLE_MASS = 0.3;

const PROTOCOL_SUBJECTS: Readonly<Record<Provenance['protocol'], string>> = {
  letters: 'Letters do',
  'letters-chat': 'Letters in a chat do',
  cloze: 'The options’ own words do',
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** What whoever reads the figures has to know first, in plain words, the gravest first. */
export function warningsOf(report: Omit<Report, 'warnings'>): string[] {
  return [
    ...modelWarnings(report),
    ...measuringWarnings(report),
    ...report.studies.flatMap(studyWarnings),
    ...report.sideEffects.flatMap(({ words, breaks }) =>
      breaks.length > 0
        ? [
            `${words}: the push breaks the model (${breaks.map((one) => (one === 'fluency' ? 'plain prose puzzles it' : 'it loses control questions')).join(', ')}).`,
          ]
        : [],
    ),
  ];
}

function modelWarnings({ provenance: { model } }: Omit<Report, 'warnings'>): string[] {
  const { selfCheck } = model;
  const warnings: string[] = [];
  if (model.id.startsWith('phantom-'))
    warnings.push(
      'This is a calibration model: it was trained to hold these opinions. It is no language model.',
    );
  if (selfCheck.state === 'drift')
    warnings.push('The self-check failed: this machine gave other numbers than the reference.');
  // WASM is what others are held against.
  if (selfCheck.state === 'not-made' && model.backend === 'webgpu')
    warnings.push(
      'The WebGPU self-check was not made: the numbers of this machine were not held against WASM.',
    );
  return warnings;
}

function measuringWarnings(report: Omit<Report, 'warnings'>): string[] {
  const { measuring, provenance, standing, pushes } = report;
  const { controls, letters } = measuring;
  const warnings: string[] = [];
  if (controls && !controls.valid)
    warnings.push(
      `${PROTOCOL_SUBJECTS[provenance.protocol]} not measure this model: ${percent(controls.right.value)} of the control questions were right, fewer than ${percent(VALID_FROM)}.`,
    );
  if (!controls)
    warnings.push(
      'Control questions were not asked in this protocol: nothing here says that it measures this model.',
    );
  if (!standing)
    warnings.push('There is no run without a push: neither a place on the map nor a shift can be given.');
  if (standing && standing.n < ENOUGH_DILEMMAS)
    warnings.push(`Fewer than ${ENOUGH_DILEMMAS} dilemmas were asked (${standing.n}): intervals are wide.`);
  if (letters && letters.biasOverSpread.value >= 1)
    warnings.push(
      'The place of an option outweighs its meaning: the position bias is larger than the spread of the answers.',
    );
  if (letters && letters.mass.value < LITTLE_MASS)
    warnings.push(
      `The model hardly answers with a letter: both letters together have ${percent(letters.mass.value)} of the probability.`,
    );
  const partial = pushes.filter(({ shared }) => standing && shared < standing.n).length;
  if (partial > 0)
    warnings.push(
      `${partial} of ${pushes.length} pushes were asked fewer dilemmas than the model without a push.`,
    );
  return warnings;
}

/** How many of n vectors without a meaning went at least as far. */
const asFar = ({ n, p }: { readonly n: number; readonly p: number }): number => Math.round(p * (n + 1)) - 1;

function studyWarnings(study: ReportStudy): string[] {
  const where = `Layer ${study.layer}`;
  const warnings: string[] = [];
  const matrix = study.matrices.find(({ kind }) => kind === 'axis');
  for (const { row, column, random, shuffled } of matrix?.cells ?? []) {
    if (row !== column) continue;
    const axis = study.axes.find((one) => `axis:${one.axis}` === row)?.axis;
    const toward = axis ? `the ${AXIS_WORDS[axis].high} vector` : row;
    for (const [name, chance] of [
      ['random vectors', random],
      ['vectors of pairs whose poles were dealt by chance', shuffled],
    ] as const)
      if (chance && asFar(chance) > 0 && chance.p > CHANCE)
        warnings.push(
          `${where}: ${asFar(chance)} of ${chance.n} ${name} moved its axis as much as ${toward} did.`,
        );
  }
  if (study.random === 0)
    warnings.push(`${where}: no random vectors were tried, so that what chance would do is not known.`);
  else if (study.random < ENOUGH_NULLS)
    warnings.push(
      `${where}: only ${study.random} random vectors were tried (${ENOUGH_NULLS} are asked for), so that their p cannot fall below ${(1 / (study.random + 1)).toFixed(2)}.`,
    );
  for (const { axis, leeway, relabelling } of study.axes) {
    const { high } = AXIS_WORDS[axis];
    if (leeway.verdict === 'no push')
      warnings.push(
        `${where}: the ${high} vector does not move its own axis for sure: its leeway says nothing.`,
      );
    if (relabelling?.verdict === 'follows the letters')
      warnings.push(
        `${where}: the effect of the ${high} vector is lost when the options are called by other labels: it follows the letters, not the meaning.`,
      );
    if (relabelling?.pushes === 'letter')
      warnings.push(`${where}: the ${high} vector pushes a letter more than it moves its axis.`);
    if (relabelling?.pushes === 'position')
      warnings.push(
        `${where}: the ${high} vector pushes whatever option stands first more than it moves its axis.`,
      );
  }
  return warnings;
}
