import { printParseErrorCode, visit } from 'jsonc-parser';

/** Where a text stops being JSON, and why in plain words; line and column count from 1. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Lines, from 1, of the entries of a JSON array and of the keys of those that are objects. */
export type EntryLines = readonly { readonly line: number; readonly fields: ReadonlyMap<string, number> }[];

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
/** Long enough to be found again in the file. */
const SHOWN = 24;

/** Thrown to end a visit early: the parser goes on after a fault, and only the first one is wanted. */
const ENOUGH = Symbol('enough');

type Code = ReturnType<typeof printParseErrorCode>;

function words(code: Code, token: string, afterComma: boolean): string {
  const short = token.length > SHOWN ? `${token.slice(0, SHOWN)}…` : token;
  const found = token === '' ? 'the end of the file' : `“${short}”`;
  const closes = token === ']' || token === '}';
  switch (code) {
    case 'InvalidSymbol':
      return `${found} is no JSON; texts stand between straight double quotes`;
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return `the number ${found} breaks off`;
    case 'PropertyNameExpected':
      return closes && afterComma
        ? `a comma stands before ${found}, where nothing follows`
        : `a name in double quotes is missing before ${found}`;
    case 'ValueExpected':
      return closes && afterComma
        ? `a comma stands before ${found}, where nothing follows`
        : `a value is missing before ${found}`;
    case 'ColonExpected':
      return `a colon is missing before ${found}`;
    case 'CommaExpected':
      return `a comma is missing before ${found}`;
    case 'CloseBraceExpected':
      return 'the file breaks off: a closing } is missing';
    case 'CloseBracketExpected':
      return 'the file breaks off: a closing ] is missing';
    case 'EndOfFileExpected':
      return `${found} stands after the end; all entries belong into one list, between [ and ]`;
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return 'a comment stands here, which JSON does not know';
    case 'UnexpectedEndOfString':
      return 'the text that begins here has no closing double quote on its line';
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
      return 'the text that begins here has a backslash that stands for nothing; a backslash itself is written \\\\';
    case 'InvalidCharacter':
      return 'the text that begins here holds a control character; a tab is written \\t, a line break \\n';
    default:
      return `${found} was not expected`;
  }
}

/** The first place at which a text is not JSON; undefined where none is found. */
export function syntaxFault(text: string): SyntaxFault | undefined {
  let fault: SyntaxFault | undefined;
  try {
    visit(
      text,
      {
        onError: (error, offset, length, line, character) => {
          const token = text.slice(offset, offset + length);
          const afterComma = text.slice(0, offset).trimEnd().endsWith(',');
          const message = words(printParseErrorCode(error), token, afterComma);
          fault = { line: line + 1, column: character + 1, message };
          throw ENOUGH;
        },
      },
      STRICT,
    );
  } catch (thrown) {
    // The parser recurses: a file of nothing but brackets exhausts the stack, and has no place to name.
    if (thrown !== ENOUGH && !(thrown instanceof RangeError)) throw thrown;
  }
  return fault;
}

/** Finds the lines of a JSON array's entries; empty where the text is too deeply nested to be walked. */
export function entryLines(text: string): EntryLines {
  const entries: { line: number; fields: Map<string, number> }[] = [];
  let depth = 0;
  const begin = (line: number): void => {
    if (depth === 1) entries.push({ line: line + 1, fields: new Map() });
  };
  const open = (_offset: number, _length: number, line: number): void => {
    begin(line);
    depth += 1;
  };
  const close = (): void => {
    depth -= 1;
  };
  try {
    visit(
      text,
      {
        onObjectBegin: open,
        onObjectEnd: close,
        onArrayBegin: open,
        onArrayEnd: close,
        onLiteralValue: (_value, _offset, _length, line) => begin(line),
        // Of a name that stands twice JSON takes the last.
        onObjectProperty: (name, _offset, _length, line) => {
          if (depth === 2) entries.at(-1)?.fields.set(name, line + 1);
        },
      },
      STRICT,
    );
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return [];
  }
  return entries;
}
