/** Isolation makes SharedArrayBuffer and with it threads available; worker scripts need it as the page does. */
export const ISOLATION_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

const DIRECTIVES = [
  "default-src 'none'",
  // WebAssembly is compiled here, but no text ever becomes a script.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  // The report stands in a frame that has this policy, too: its style (reports/html-style.ts) is known by its hash.
  "style-src 'self' 'sha256-8x1o0PQXYQv4guyNTS7UfBcV6fZBP8rDkkF37ljaQIE='",
  "img-src 'self' data: blob:",
  "manifest-src 'self'",
  // Open on purpose: a visitor may name a hub's mirror (a school's server) or the address of a file of dilemmas.
  "connect-src 'self' https: http:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The policy as a page can state it of itself. */
export const META_POLICY = DIRECTIVES.join('; ');

/** The policy as a header: only there can it say who may frame the page. */
export const HEADER_POLICY = [...DIRECTIVES, "frame-ancestors 'self'"].join('; ');

/** What the page's own files are served with, whoever serves them; workers have the policy of their own script. */
export const SITE_HEADERS: Readonly<Record<string, string>> = {
  ...ISOLATION_HEADERS,
  'content-security-policy': HEADER_POLICY,
  'x-content-type-options': 'nosniff',
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
  wasm: 'application/wasm',
};

/** The media type by the file's name: small static servers do not know all of them. */
export const mediaType = (path: string): string =>
  MEDIA_TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? 'application/octet-stream';
