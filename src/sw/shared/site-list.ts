/** Which build of the ONNX runtime a browser runs. */
export type RuntimeKind = 'jspi' | 'asyncify';

/** `shell` opens the page; `rest` is what it needs beyond that to work without a network. */
export type Stage = 'shell' | 'rest';

/** One file of the built site. */
export interface SiteFile {
  /** Relative to the page's folder. */
  readonly path: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
  readonly stage: Stage;
  /** The build of the runtime that it belongs to; every browser needs it where absent. */
  readonly runtime?: RuntimeKind;
}

/** All files of one build that are kept on a device. */
export interface SiteList {
  /** Digest of the list and of the worker that carries it. */
  readonly version: string;
  readonly files: readonly SiteFile[];
}

/** The build that the engine takes in this browser (see engine/worker/runtime.ts). */
export const runtimeHere = (): RuntimeKind => ('Suspending' in WebAssembly ? 'jspi' : 'asyncify');

/** What a browser with this build of the runtime needs. */
export const neededBy = (files: readonly SiteFile[], runtime: RuntimeKind): SiteFile[] =>
  files.filter((file) => file.runtime === undefined || file.runtime === runtime);

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The path of the site's file that a URL means; undefined where it lies outside the page's folder. */
export function pathIn(scope: string, url: string): string | undefined {
  const { origin, pathname } = new URL(url);
  const folder = new URL(scope);
  if (origin !== folder.origin || !pathname.startsWith(folder.pathname)) return undefined;
  return decoded(pathname.slice(folder.pathname.length)) || 'index.html';
}
