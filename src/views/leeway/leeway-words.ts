import type { ResponseKind } from '../../experiments/leeway/plan.ts';
import type { ResponseStudy } from '../../runs/response-study.ts';
import { readSelection, type SelectionKind } from '../../science/directions/selection.ts';
import { itemOf, otherAxis, type Axis } from '../../science/item.ts';
import { NO_DRIFT, type Falsifier } from '../../science/response/falsifier.ts';
import type { Leeway } from '../../science/response/leeway.ts';
import type { Overall } from '../../science/response/overall.ts';
import { readGroup } from '../../science/response/measured-group.ts';
import { machineWords, modelName, signed, timeWords } from '../runs/run-words.ts';
import { AXIS_WORDS, axisName, capital, PROTOCOL_WORDS } from '../words.ts';
import { pWords } from './cell-words.ts';

const CHANCE = 0.05;

/** What can be pushed along, as the form offers it. */
export const KIND_WORDS: Readonly<Record<ResponseKind, string>> = {
  axis: 'both axes',
  item: 'the ten questions',
  domain: 'the areas of life',
};

/** Questions of the survey in a word, for the heads of tables. */
const SHORT_ITEMS: Readonly<Record<string, string>> = {
  F063: 'God',
  Y003: 'Children',
  F120: 'Abortion',
  G006: 'Pride',
  E018: 'Authority',
  Y002: 'Aims',
  A008: 'Happiness',
  F118: 'Homosexuality',
  E025: 'Petition',
  A165: 'Trust',
};

const itemWords = (code: string): string => itemOf(code)?.name ?? code;

/** A vector or what it moved, as short as a table's head. */
export function shortLabel(name: string): string {
  const group = readGroup(name) ?? readSelection(name);
  switch (group?.kind) {
    case 'axis':
      return AXIS_WORDS[group.axis].high;
    case 'item':
      return SHORT_ITEMS[group.item] ?? group.item;
    case 'domain':
      return capital(group.domain);
    default:
      return name;
  }
}

/** Which way a vector pushes: "toward secular-rational", "along “Abortion”". */
export function pushLabel(name: string): string {
  const selection = readSelection(name);
  switch (selection?.kind) {
    case 'axis':
      return `toward ${AXIS_WORDS[selection.axis].high}`;
    case 'item':
      return `along “${itemWords(selection.item)}”`;
    case 'domain':
      return `along the vector of ${selection.domain} dilemmas`;
    default:
      return `along ${name}`;
  }
}

/** What is asked now, in words: names of vectors become what they push toward. */
export const stepWords = (step: string): string =>
  step.replace(/\b(?:axis|item|domain):[^,]+/g, (name) => shortLabel(name));

/** What was measured: an axis by its ends, an item by its name, a domain with its axis. */
export function groupLabel(name: string): string {
  const group = readGroup(name);
  switch (group?.kind) {
    case 'axis':
      return axisName(group.axis);
    case 'item':
      return `“${itemWords(group.item)}”`;
    case 'domain':
      return `${axisName(group.axis)}, ${group.domain} dilemmas`;
    default:
      return name;
  }
}

const SELECTION_WORDS: Readonly<Record<SelectionKind, string>> = {
  axis: 'axes',
  item: 'questions',
  domain: 'areas of life',
  all: 'all',
};

/** A study as it is told from others. */
export const studyWords = (study: ResponseStudy): string =>
  [
    `${modelName(study.provenance)} (${machineWords(study.provenance)})`,
    `pushed after layer ${study.layer}`,
    PROTOCOL_WORDS[study.provenance.protocol],
    `${study.n} dilemmas`,
    study.kinds.map((kind) => SELECTION_WORDS[kind]).join(' and '),
    timeWords(study.updated),
  ].join(', ');

/** A ratio with an interval, both turned round where `sign` is −1. */
function ratioWords({ ratio, interval }: Leeway, sign: 1 | -1, format: (value: number) => string): string {
  const ends = interval ? [interval.low * sign, interval.high * sign].sort((a, b) => a - b) : [];
  return `${format(ratio * sign)}${ends.length > 0 ? ` [${ends.map(format).join(', ')}]` : ''}`;
}

const plain = (value: number): string =>
  value
    .toFixed(2)
    .replace('-', '−')
    .replace(/^−0\.00$/, '0.00');

/** The leeway of a vector, its sign kept. */
export const leewayWords = (leeway: Leeway): string => ratioWords(leeway, 1, signed);

/** The same, where there is a push that something could drift from. */
export const driftWords = ({ leeway, verdict }: Falsifier): string =>
  verdict === 'no push' ? 'no push, no leeway' : leewayWords(leeway);

/** What was found of an axis's vector, for someone who has never read of any of this. */
export function findingSentence({ axis, leeway, verdict }: Falsifier, chanceAsFar = false): string {
  const { low, high } = AXIS_WORDS[axis];
  const other = otherAxis(axis);
  if (verdict === 'no push')
    return `Pushed toward ${high}, the model does not move on its own axis beyond chance, so there is no drift to speak of.`;
  const went =
    leeway.own < 0
      ? `Pushed toward ${high}, the model went the other way, toward ${low},`
      : `Pushed toward ${high}, the model`;
  switch (verdict) {
    case 'drifts': {
      const toward = AXIS_WORDS[other][leeway.other < 0 ? 'low' : 'high'];
      const far = ratioWords(leeway, leeway.ratio < 0 ? -1 : 1, plain);
      const doubt = chanceAsFar
        ? ' But vectors without a meaning move that axis as far: this may be no more than disturbance.'
        : '';
      return `${went} ${leeway.own < 0 ? 'and drifted' : 'also drifted'} toward ${toward} by ${far} of the way.${doubt}`;
    }
    case 'no drift':
      return `${went} ${leeway.own < 0 ? 'and moved' : 'moved there and'} nowhere else: no drift on ${axisName(other)}, less than a fifth of the way for sure (${leewayWords(leeway)}).`;
    case 'undecided':
      return `${went} ${leeway.own < 0 ? 'and' : 'moved; it'} may or may not have drifted on ${axisName(other)}: ${leewayWords(leeway)} of the way. More dilemmas would tell.`;
  }
}

/** What this run says of the claim, for a vector. */
export function refutationSentence({ axis, leeway, verdict }: Falsifier): string {
  const vector = `The vector toward ${AXIS_WORDS[axis].high}`;
  switch (verdict) {
    case 'no push':
      return `${vector} does not move its own axis for sure, so that it can neither refute nor support the claim.`;
    case 'no drift':
      return `${vector} refutes the claim: the whole 90 % interval lies within ±${NO_DRIFT}.`;
    case 'drifts':
      return `${vector} does not refute the claim: it moves the other axis ${Math.abs(leeway.ratio) < NO_DRIFT ? 'a little' : 'along'}, for sure.`;
    case 'undecided':
      return `${vector} leaves it open: no drift and more than a fifth of the way are both still possible.`;
  }
}

/**
 * How far the two axes go together among human societies: the correlation of their places on the map pooled since 2005
 * (106 societies, the places in public/human), and in each society's latest survey (111 societies).
 */
export const HUMAN_CORRELATION = { pooled: 0.41, latest: 0.6 } as const;

/** What all cells of the items' table say together. */
export function overallSentences({ n, own, others, random }: Overall): readonly string[] {
  const { low, high } = own.interval;
  const itself = `Taken together, the ${n} vectors moved their own question by ${signed(own.mean)} [${signed(low)}, ${signed(high)}] on average (${pWords(own.p)}), and every other one by ${plain(others)}, whichever way it went.`;
  if (!random)
    return [itself, 'How far anything would move them is not known: no random vectors were tried.'];
  const more = random.p < CHANCE ? 'more than they do' : 'no more than that, as far as this can tell';
  return [
    itself,
    `${random.n} random vectors moved a question by ${plain(random.size)}: the others were moved ${more} (${pWords(random.p)}).`,
  ];
}

/** Both axes' poles, as a sentence needs them. */
export const ownAndOther = (axis: Axis): string =>
  `${AXIS_WORDS[axis].high} → ${AXIS_WORDS[otherAxis(axis)].high}`;
