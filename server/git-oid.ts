import { createHash } from 'node:crypto';
import { readFileSync, type Stats } from 'node:fs';

/** Larger files are not read for the sake of a list. */
const MOST = 1e6;

const known = new Map<string, { readonly of: string; readonly oid: string }>();

/** Git's blob id of a small file, as the hub states it; undefined for a large one. Read once as long as it stays. */
export function gitOid(path: string, { size, mtimeMs }: Pick<Stats, 'size' | 'mtimeMs'>): string | undefined {
  if (size >= MOST) return undefined;
  const of = `${size} ${mtimeMs}`;
  const before = known.get(path);
  if (before?.of === of) return before.oid;
  const bytes = readFileSync(path);
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  known.set(path, { of, oid });
  return oid;
}
