import type { BroughtFile } from '../library/shared/protocol.ts';

/** What a visitor chose, with its path inside the chosen folder. */
export const chosenFiles = (files: readonly File[]): BroughtFile[] =>
  files.map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));

/** What a visitor drops: plain files, and whether there are folders or archives among them. */
export interface Dropped {
  readonly files: readonly File[];
  readonly hasFolder: boolean;
  /** Every file with its path inside what was dropped; folders are walked. */
  walk(): Promise<BroughtFile[]>;
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** A folder's entries: the browser gives them in portions. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

async function walked(entry: FileSystemEntry): Promise<BroughtFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFolder(entry)) {
    const inside: BroughtFile[] = [];
    for (const child of await entriesOf(entry)) inside.push(...(await walked(child)));
    return inside;
  }
  if (!isFile(entry)) return [];
  return [{ path, blob: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
}

/** Reads a drop while its event lasts: afterwards the browser gives nothing out any more. */
export function readDrop(transfer: DataTransfer | null): Dropped {
  const files = [...(transfer?.files ?? [])];
  const entries = [...(transfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  return {
    files,
    hasFolder: entries.some(isFolder),
    async walk() {
      // Without entries (a drop that a program made) the files themselves are all there is.
      if (entries.length === 0) return chosenFiles(files);
      return (await Promise.all(entries.map(walked))).flat();
    },
  };
}
