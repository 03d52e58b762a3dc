import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { STYLE } from '../../../src/reports/html-style.ts';
import { META_POLICY } from '../../../src/sw/shared/served-headers.ts';

test('the page’s policy lets the report’s style through by its hash, and no other inline style', () => {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const styles = META_POLICY.split('; ').find((directive) => directive.startsWith('style-src'));
  expect(styles).toBe(`style-src 'self' 'sha256-${hash}'`);
});
