import { LeewayError, messageOf } from '../../src/errors/leeway-error.ts';

/** No room, over a quota, or a file larger than the disk's format holds (FAT32: 4 GB). */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What the disk refused, as an error for a person: storage-full, else file-unreadable. */
export function diskError(thrown: unknown, path: string): LeewayError {
  if (thrown instanceof LeewayError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code !== undefined && FULL.includes(code))
    return new LeewayError(
      'storage-full',
      `The disk takes no more of ${path} (${code}).`,
      'Make room or take another disk, then run the command again: it goes on where it stopped.',
      { cause: thrown },
    );
  return new LeewayError(
    'file-unreadable',
    `${path} cannot be read or written (${code ?? messageOf(thrown)}).`,
    'See that the place exists and may be written, then run the command again.',
    { cause: thrown },
  );
}
