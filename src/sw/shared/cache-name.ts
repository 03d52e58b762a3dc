// Several copies of the site may live on one origin in different folders: names carry the folder, with no sign in it
// that could end it early.
const prefix = (scope: string): string => `leeway-shell:${encodeURIComponent(new URL(scope).pathname)}:`;

/** The cache of one version of the copy in this folder. */
export const cacheName = (scope: string, version: string): string => prefix(scope) + version;

/** Those of the names that belong to the copy in this folder, but not to this version. */
export function otherVersions(names: readonly string[], scope: string, version: string): string[] {
  return names.filter((name) => name.startsWith(prefix(scope)) && name !== cacheName(scope, version));
}
