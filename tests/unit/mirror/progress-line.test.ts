import { expect, it } from 'vitest';
import { ProgressLine } from '../../../tools/mirror/progress-line.ts';

/** What a download of 100 MB at 10 MB/s shows, one look a second. */
function shown(screen: { isTTY?: boolean; columns?: number }, from = 0): string[] {
  const written: string[] = [];
  let seconds = 0;
  const write = (text: string): void => void written.push(text);
  const line = new ProgressLine('Downloading', { ...screen, write }, () => seconds * 1000);
  for (let loaded = from; loaded <= 100e6; loaded += 10e6 / 2, seconds += 0.5)
    line.report({ loaded, total: 100e6 });
  line.end();
  return written;
}

it('writes a line for every tenth, with the rate and the time left', () => {
  const lines = shown({});
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('Downloading: 10 %, 10 MB of 100 MB, 10.0 MB/s, 9 s left\n');
  expect(lines.at(-1)).toBe('Downloading: 100 %, 100 MB of 100 MB, 10.0 MB/s\n');
});

it('does not count what was here before', () => {
  expect(shown({}, 45e6)[0]).toBe('Downloading: 50 %, 50 MB of 100 MB, 10.0 MB/s, 5 s left\n');
});

it('writes over one line of a terminal and clears it at the end', () => {
  const texts = shown({ isTTY: true, columns: 40 });
  expect(texts[2]).toBe('\r\u001b[KDownloading: 10 %, 10 MB of 100 MB, 10.');
  expect(texts.every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true);
  expect(texts.at(-1)).toBe('\r\u001b[K');
});
