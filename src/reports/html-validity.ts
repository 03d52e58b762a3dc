import { markup, type Markup } from '../charts/svg/markup.ts';
import type { Figure } from './figure.ts';
import { figureWords, percent, plain, runWords, signed, table } from './html-parts.ts';
import { MODE, type Report } from './report.ts';

const ofValue =
  (format: (value: number) => string) =>
  ({ value }: Figure): string =>
    format(value);

const letterRow = (
  name: string,
  found: Figure,
  format: (found: Figure) => string,
  words: string,
): string[] => [...[name, format(found), words, String(found.n ?? '–'), runWords(found.runs)]];

export function measuringHtml({ measuring: { controls, halves, letters }, provenance }: Report): Markup {
  const rows = [
    ...(controls
      ? [
          [
            'Control questions right',
            figureWords(controls.right, percent),
            controls.valid
              ? controls.decided
                ? 'valid'
                : 'valid, but more questions might change that'
              : 'below 80 %: not valid',
            String(controls.right.n),
            runWords(controls.right.runs),
          ],
        ]
      : []),
    ...(halves
      ? [
          letterRow(
            'Split halves',
            halves,
            (found) => figureWords(found, plain),
            'reliability of the ten item scores; in brackets the middle 95 % of splits',
          ),
        ]
      : []),
    ...(letters
      ? [
          letterRow('Position bias', letters.bias, figureWords, 'nats toward the first option'),
          letterRow(
            'Bias over spread',
            letters.biasOverSpread,
            ofValue(plain),
            'above 1, place outweighs meaning',
          ),
          letterRow(
            'Answer mass, mean',
            letters.mass,
            ofValue(percent),
            'probability of both letters together',
          ),
          letterRow('Answer mass, least', letters.leastMass, ofValue(percent), 'of any dilemma'),
        ]
      : []),
  ];
  return markup`<h2>Can we believe it?</h2>
${rows.length === 0 ? markup`<p>Neither control questions nor letters were asked: protocol ${provenance.protocol}.</p>\n` : undefined}${table(
    'The way of asking',
    ['Check', 'Figure', 'What it says', 'n', 'Runs'],
    rows,
  )}`;
}

export function directHtml({ direct, provenance }: Report): Markup {
  if (!direct) return markup``;
  const { agreement, answered, refusal, items, places, run } = direct;
  const place = places.find(({ mode }) => mode === MODE);
  const stands = place
    ? `By these answers it would stand at ${signed(place.x.value)} across and ${signed(place.y.value)} up; each question was asked once in each order, so that there is no interval.`
    : '';
  return markup`<h2>Asked directly</h2>
<p>Items asked by the survey’s own questions and by dilemmas: r = ${figureWords(agreement)} (${String(agreement.n)} items, ${runWords(agreement.runs)}). ${percent(answered.value)} of the probability was on the scale, ${percent(refusal.value)} on a sentence instead. ${stands}</p>
${table(
  'Dilemmas and direct questions',
  ['Item', 'Code', 'By its dilemmas', 'Asked directly', 'Scale turned round', 'Runs'],
  items.map(({ code, name, scenario, direct: answer, orderGap }) => [
    name,
    code,
    plain(scenario.value),
    plain(answer.value),
    `±${plain(orderGap.value)}`,
    runWords([...scenario.runs, ...answer.runs]),
  ]),
  `From 0 (low pole) to 1 (high pole); the direct answer is read from the probabilities of the scale’s numbers in both orders (${run}${provenance.system ? ', with the same system prompt' : ''}). Scale turned round: half the difference between both orders, in the item’s survey codes.`,
)}`;
}
