import { markup, type Markup } from '../charts/svg/markup.ts';
import { axisName, AXIS_WORDS, capital } from '../science/axis-words.ts';
import { facts, figureWords, list, plain, pWords, runWords, table } from './html-parts.ts';
import { MODE, type Report } from './report.ts';

const KIND_WORDS = {
  probe: 'Dilemmas',
  controls: 'Control questions',
  survey: 'Direct survey',
  neutral: 'Neutral passages',
} as const;

const MODE_WORDS = { centred: 'human average', published: 'mid-scale' } as const;
export const BACKEND_WORDS = { webgpu: 'WebGPU', wasm: 'WASM' } as const;

function selfCheckWords({ selfCheck }: Report['provenance']['model']): string {
  if (selfCheck.state === 'not-made') return `not made: ${selfCheck.why}`;
  const figures = `logits ${selfCheck.logits.toExponential(1)}, residual stream ${selfCheck.residual.toExponential(1)}, ${selfCheck.tolerance.toExponential(0)} allowed`;
  return `${selfCheck.state === 'passed' ? 'passed' : 'failed'} (${figures})`;
}

/** A moment as every time zone reads it. */
export const momentWords = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

export function provenanceHtml({ provenance, asked }: Report): Markup {
  const { model, protocol, labels, system, scenarios, seeds, first, last } = provenance;
  return markup`<h2>What was asked, of what</h2>
${facts([
  ['Model', model.id],
  ['Revision', model.revision || 'none given'],
  ['Precision, backend', `${model.dtype}, ${BACKEND_WORDS[model.backend]}`],
  ['Runtime', model.runtime],
  ['Layers, width', `${model.layers}, ${model.hidden}`],
  ['Self-check', selfCheckWords(model)],
  ['Protocol', protocol],
  ...(protocol === 'cloze' ? [] : [['Options called', labels.join(', ')] as const]),
  ['System prompt', system ?? 'none'],
  ['Dilemmas', `${scenarios.name}, ${scenarios.n} in the file`],
  ['SHA-256 of the file', scenarios.sha256],
  ['Seed', seeds.join(', ')],
  ['Runs made', first === last ? momentWords(first) : `${momentWords(first)} to ${momentWords(last)}`],
])}${table(
    'Runs in this report',
    ['Kind', 'Runs', 'under a push', 'Answers'],
    asked.map(({ kind, runs, pushed, answers }) => [
      KIND_WORDS[kind],
      String(runs),
      String(pushed),
      answers.toLocaleString('en'),
    ]),
  )}`;
}

export function standingHtml({ standing, nearest, provenance }: Report, chart: Markup | undefined): Markup {
  if (!standing) return markup``;
  const mode = standing.places.length === 0 ? 'One of the ten items was not asked: there is no place.' : '';
  return markup`<h2>Where it stands</h2>
<p>Without a push, by ${standing.n} dilemmas (${standing.run}). ${mode}${
    nearest
      ? `Nearest by the map: ${nearest.name}, ${nearest.distance.toFixed(2)} map units away.`
      : undefined
  }</p>
${chart}${table(
    'Place on the map',
    ['Undecided stands at', 'Across', 'Up', 'Ellipse: half axes, angle', 'n', 'Runs'],
    standing.places.map(({ mode: of, x, y, ellipse }) => [
      `${capital(MODE_WORDS[of])}${of === MODE ? ' (drawn)' : ''}`,
      figureWords(x),
      figureWords(y),
      ellipse
        ? `${ellipse.major.toFixed(2)}, ${ellipse.minor.toFixed(2)}, ${Math.round((ellipse.angle * 180) / Math.PI)}°`
        : '–',
      String(x.n ?? '–'),
      runWords(x.runs),
    ]),
    'Across: survival to self-expression; up: traditional to secular-rational. In brackets: the reach of the 95 % ellipse.',
  )}${table(
    'Axis scores',
    ['Axis', 'Mean log-odds [95 %]', 'n', 'Runs'],
    standing.axes.map(({ axis, score }) => [
      axisName(axis),
      figureWords(score),
      String(score.n ?? '–'),
      runWords(score.runs),
    ]),
    'Nats of log-odds; above 0: toward the second pole.',
  )}${table(
    'The ten items',
    ['Item', 'Code', 'Axis, high pole', 'Log-odds [95 %]', 'Probability', 'n', 'Runs'],
    standing.items.map(({ code, name, axis, probability, logOdds }) => [
      name,
      code,
      AXIS_WORDS[axis].high,
      figureWords(logOdds),
      plain(probability.value),
      String(logOdds.n ?? '–'),
      runWords(logOdds.runs),
    ]),
    `Log-odds and mean probability of the high pole${provenance.protocol === 'cloze' ? '' : ', both orders averaged'}.`,
  )}`;
}

export function sideEffectsHtml({ sideEffects }: Report): Markup {
  if (sideEffects.length === 0) return markup``;
  return markup`<h2>Side effects</h2>
${table(
  'What pushes do beside what they are meant to do',
  ['Push', 'Perplexity of prose, ×', 'KL, nats', 'Controls right', 'p', 'Breaks it', 'Runs'],
  sideEffects.map(({ words, perplexity, kl, controls, breaks }) => [
    markup`<span class="wrap">${words}</span>`,
    perplexity ? figureWords(perplexity, plain) : '–',
    kl ? figureWords(kl, (value) => value.toFixed(3)) : '–',
    controls ? `${controls.rightBefore} → ${controls.rightAfter} of ${controls.change.n ?? '–'}` : '–',
    pWords(controls?.change.p),
    breaks.length > 0 ? breaks.join(', ') : 'no',
    runWords([...new Set([perplexity, kl, controls?.change].flatMap((one) => one?.runs ?? []))]),
  ]),
  'Perplexity over that of the model without a push; p: McNemar’s exact test. A push breaks the model where the lower bound of the ratio lies above 1.5, or it loses control questions at p < 0.05.',
)}`;
}

/** Keys are long for their hashes; the whole keys are in the data. */
const shortKey = (key: string): string => key.replace(/[0-9a-f]{64}/g, (hash) => `${hash.slice(0, 8)}…`);

export const closingHtml = ({ method, citations, runs }: Report): Markup => markup`<h2>Method</h2>
${method.map((sentence) => markup`<p>${sentence}</p>\n`)}<h2>Sources</h2>
${list(citations)}<h2>The runs</h2>
${table(
  'Every run, by the name that figures give it',
  ['Run', 'What', 'Answers', 'Last answer', 'Key'],
  runs.map(({ name, kind, labels, push, answers, whole, updated, key }) => [
    name,
    markup`<span class="wrap">${KIND_WORDS[kind]}${labels ? `, options ${labels}` : ''}${push ? `. ${push}` : ''}</span>`,
    `${answers} of ${whole}`,
    momentWords(updated),
    markup`<span class="key">${shortKey(key)}</span>`,
  ]),
  'Hashes in keys are cut short here; the JSON, which this file holds too, and the CSV have them whole.',
)}`;
