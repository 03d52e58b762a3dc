import type { Plugin } from 'vite';
import { META_POLICY } from '../src/sw/shared/served-headers.ts';

/** States the content security policy in every built page, for hosts that send no headers; Vite's own pages need more. */
export function policyPlugin(): Plugin {
  return {
    name: 'leeway-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        // In front of everything that it rules, and after the charset, which has to stand near the start.
        html.replace(
          /<meta charset="utf-8" \/>/,
          (charset) =>
            `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${META_POLICY}" />`,
        ),
    },
  };
}
