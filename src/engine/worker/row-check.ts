import { LeewayError } from '../../errors/leeway-error.ts';
import type { Row } from '../shared/protocol.ts';
import { checkSteer } from './steer-check.ts';

/** What rows are held against. */
export interface RowLimits {
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly positions?: number;
}

const isPlace = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end;

/** Refuses rows that the model cannot answer, before anything runs. */
export function checkRows(
  rows: readonly Row[],
  { layers, hidden, vocabulary, positions = Infinity }: RowLimits,
): void {
  rows.forEach((row, index) => {
    const fault = (what: string, advice: string): LeewayError =>
      new LeewayError('request-invalid', `Row ${index + 1}: ${what}.`, advice);
    if (row.tokens.length === 0) throw fault('it has no tokens', 'Give every row at least one token.');
    if (row.tokens.length > positions)
      throw fault(
        `it has ${row.tokens.length} tokens; the model takes ${positions}`,
        'Shorten the text, or split it.',
      );
    const bad = row.tokens.find((token) => !isPlace(token, vocabulary));
    if (bad !== undefined)
      throw fault(
        `token ${bad} is outside the vocabulary of ${vocabulary}`,
        'Use the tokenizer of the same model.',
      );
    const badNext = row.next?.find((token) => !isPlace(token, vocabulary));
    if (badNext !== undefined)
      throw fault(
        `answer token ${badNext} is outside the vocabulary of ${vocabulary}`,
        'Use the tokenizer of the same model.',
      );
    if (row.scoreFrom !== undefined && !(isPlace(row.scoreFrom, row.tokens.length) && row.scoreFrom > 0))
      throw fault(
        `scoring cannot start at token ${row.scoreFrom} of ${row.tokens.length}`,
        'Score from the second token on at the earliest.',
      );
    const badLayer = [...(row.capture ?? []), ...(row.steer ?? []).map((steer) => steer.layer)].find(
      (layer) => !isPlace(layer, layers),
    );
    if (badLayer !== undefined)
      throw fault(
        `layer ${badLayer} does not exist; the model has layers 0 to ${layers - 1}`,
        'Choose one of its layers.',
      );
    checkSteer(row.steer ?? [], hidden, `Row ${index + 1}`);
  });
}
