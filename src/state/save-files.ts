import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import type { ExportFile } from '../library/shared/protocol.ts';
import { mergedTree, mirrorPlace } from '../models/mirror-layout.ts';

type Picker = (options: { mode: 'readwrite'; id: string }) => Promise<FileSystemDirectoryHandle>;

const picker = (): Picker | undefined =>
  (window as unknown as { showDirectoryPicker?: Picker }).showDirectoryPicker;

/** Whether this browser writes into a folder that the visitor chooses; others save one archive. */
export const writesFolders = (): boolean => picker() !== undefined;

/** A folder that the visitor chooses; undefined where none was chosen. */
export async function chooseFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await picker()?.call(window, { mode: 'readwrite', id: 'leeway-models' });
  } catch (thrown) {
    if ((thrown as { name?: unknown } | null)?.name === 'AbortError') return undefined;
    throw cannotWrite(thrown);
  }
}

const cannotWrite = (thrown: unknown): LeewayError =>
  new LeewayError(
    'storage-full',
    `The folder could not be written (${messageOf(thrown)}).`,
    'Choose another folder, or make room on the disk.',
    { cause: thrown },
  );

async function fileIn(folder: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  const steps = path.split('/');
  const name = steps.pop() ?? path;
  let inside = folder;
  for (const step of steps) inside = await inside.getDirectoryHandle(step, { create: true });
  return inside.getFileHandle(name, { create: true });
}

/** A file list takes in what the folder already holds of the same model in another precision. */
async function besideOlder({ path, blob }: ExportFile, handle: FileSystemFileHandle): Promise<Blob> {
  if (mirrorPlace(path)?.kind !== 'tree') return blob;
  const older = await (await handle.getFile()).text();
  return older === '' ? blob : new Blob([mergedTree(older, await blob.text())]);
}

/** Writes files into a folder, one after the other, as they come from the disk. Throws storage-full, cancelled. */
export async function writeFolder(
  folder: FileSystemDirectoryHandle,
  files: readonly ExportFile[],
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  for (const file of files)
    try {
      const handle = await fileIn(folder, file.path);
      const blob = await besideOlder(file, handle);
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, out) {
          onBytes(bytes.length);
          out.enqueue(bytes);
        },
      });
      // What is not closed is thrown away by the browser: half a file never takes the place of a whole one.
      await blob
        .stream()
        .pipeThrough(counted)
        .pipeTo(await handle.createWritable(), { signal });
    } catch (thrown) {
      if (signal.aborted)
        throw new LeewayError('cancelled', 'The export was stopped.', 'Start it again at any time.');
      throw cannotWrite(thrown);
    }
}

/** Hands a file to the browser's own downloads. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file by then; without this its bytes stay.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
