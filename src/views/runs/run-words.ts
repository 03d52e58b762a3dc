import { MODEL_ENTRIES } from '../../experiments/model-entries.ts';
import { listed, pushWords } from '../../runs/push-words.ts';
import type { Comparison, Difference } from '../../runs/comparison.ts';
import type { ImportCounts } from '../../runs/import-runs.ts';
import { steeringOf, type ProbeRun, type Run, type RunKind } from '../../runs/run.ts';
import type { Axis } from '../../science/item.ts';
import type { Estimate } from '../../science/axis-estimate.ts';
import { LABEL_SETS } from '../../science/prompt.ts';
import type { Shift } from '../../science/shift.ts';
import { AXIS_WORDS, BACKEND_WORDS, capital, shortName } from '../words.ts';

export { pushWords };

const KIND_WORDS: Readonly<Record<RunKind, string>> = {
  probe: 'Probe',
  controls: 'Control questions',
  survey: 'Direct survey',
  neutral: 'Neutral passages',
};

/** What the questions of a kind of run are called. */
export const QUESTION_WORDS: Readonly<Record<RunKind, string>> = {
  probe: 'dilemmas',
  controls: 'questions',
  survey: 'answers',
  neutral: 'passages',
};

/** A model of models.json by its name, any other by its id without the owner. */
export const modelName = ({ model }: Pick<Run, 'model'>): string =>
  shortName(MODEL_ENTRIES.find(({ id }) => id === model.id)?.name ?? model.id.replace(/^.*\//, ''));

export const machineWords = ({ model }: Pick<Run, 'model'>): string =>
  `${model.dtype}, ${BACKEND_WORDS[model.backend]}`;

export const signed = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`.replace(/^[−+]0\.00$/, '0.00');

export const intervalWords = ({ interval }: Estimate): string =>
  interval ? `[${signed(interval.low)}, ${signed(interval.high)}]` : '';

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 58)}…` : text);

/** A file without the page's own folder. */
const fileName = (name: string): string => name.replace(/^scenarios\//, '');

/** What sort of run it is and how it was asked, the push left out. */
export function mannerWords(run: Run): string {
  const { kind, protocol, labels, system, scenarios } = run;
  const called = labels && labels !== 'AB' && protocol !== 'cloze' ? LABEL_SETS[labels].join(' and ') : '';
  return [
    kind === 'neutral' || (kind === 'survey' && protocol === 'letters')
      ? KIND_WORDS[kind]
      : `${KIND_WORDS[kind]}, ${protocol}`,
    called && `options called ${called}`,
    kind === 'probe' && scenarios.name !== 'scenarios/test.json' && `dilemmas of ${fileName(scenarios.name)}`,
    system && `told “${shortened(system)}”`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A run in one line. */
export const runWords = (run: Run): string =>
  [modelName(run), mannerWords(run), steeringOf(run).length > 0 && pushWords(steeringOf(run))]
    .filter(Boolean)
    .join(', ');

/** A probe in a few words, as it is told from others. */
export const probeWords = (run: ProbeRun): string =>
  `${modelName(run)}, ${run.steering ? pushWords(run.steering) : 'not pushed'}`;

const TRAIT_WORDS: Readonly<Record<Difference, (run: ProbeRun) => string>> = {
  model: (run) => `${modelName(run)} ${machineWords(run)}`,
  protocol: ({ protocol }) => protocol,
  labels: ({ labels = 'AB' }) => LABEL_SETS[labels].join(' and '),
  system: ({ system }) => (system ? `“${shortened(system)}”` : 'none'),
  scenarios: ({ scenarios }) => fileName(scenarios.name),
  steering: ({ steering }) => (steering ? pushWords(steering) : 'none'),
};

/** What tells two sides apart whose words are the same. */
const FINE_WORDS: Readonly<Partial<Record<Difference, (run: ProbeRun) => string>>> = {
  model: ({ model }) => `, revision ${model.revision.slice(0, 12)}`,
  scenarios: ({ scenarios }) => ` (${scenarios.sha256.slice(0, 8)})`,
  steering: ({ steering = [] }) =>
    steering
      .flatMap(({ training }) => training ?? [])
      .map(({ n, sha256 }) => `, learned from ${n} pairs (${sha256.slice(0, 8)})`)
      .join(''),
};

const DIFFERENCE_WORDS: Readonly<Record<Difference, string>> = {
  model: 'model',
  protocol: 'protocol',
  labels: 'names of the options',
  system: 'system prompt',
  scenarios: 'file of dilemmas',
  steering: 'push',
};

/** What sets two runs apart, each with both sides. */
export const differenceLines = ({ differs, before, after }: Comparison): readonly [string, string][] =>
  differs.map((name) => {
    const [from, to] = [TRAIT_WORDS[name](before), TRAIT_WORDS[name](after)];
    const fine = from === to ? FINE_WORDS[name] : undefined;
    return [capital(DIFFERENCE_WORDS[name]), `${from}${fine?.(before) ?? ''} → ${to}${fine?.(after) ?? ''}`];
  });

/** What the comparison can be laid to, in a sentence. */
export function causeWords({ differs }: Comparison): string {
  const names = listed(differs.map((name) => DIFFERENCE_WORDS[name]));
  if (differs.length > 1)
    return `These runs differ in ${names} at once: what moved cannot be laid to one of them alone.`;
  return differs.length === 1 ? `These runs differ in nothing but the ${names}.` : '';
}

/** What one axis did, in a sentence for someone who does not know statistics. */
export function shiftWords(axis: Axis, { mean, interval }: Shift): string {
  const { low, high } = AXIS_WORDS[axis];
  if (interval && interval.low <= 0 && interval.high >= 0)
    return `Between ${low} and ${high} there is no clear difference: with other dilemmas it might turn round.`;
  const far = `The second run leans more toward ${mean < 0 ? low : high} than the first, by ${Math.abs(mean).toFixed(2)} in mean log-odds`;
  return interval
    ? `${far}: more than the choice of dilemmas would make by chance.`
    : `${far}; there are too few dilemmas to say how sure that is.`;
}

export function probabilityWords(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** What became of a file's runs: "3 runs new, 1 completed, 2 already here". */
export function countsWords(counts: ImportCounts): string {
  const parts = (['new', 'completed', 'already here'] as const).filter((outcome) => counts[outcome] > 0);
  if (parts.length === 0) return 'no run is in it';
  return parts
    .map((outcome, i) => {
      const n = counts[outcome];
      return i === 0 ? `${n} run${n === 1 ? '' : 's'} ${outcome}` : `${n} ${outcome}`;
    })
    .join(', ');
}

/** When a run was last added to, as the visitor's own clock says it. */
export const timeWords = (iso: string): string =>
  new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
