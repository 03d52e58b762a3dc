// The part of zip.js that needs neither workers nor WebAssembly: it brings no types of its own for it.
declare module '@zip.js/zip.js/lib/zip-core-native.js' {
  export { BlobReader, ERR_ENCRYPTED, ERR_UNSAFE_FILENAME, ZipReader, ZipWriter } from '@zip.js/zip.js';
  export type { Entry, FileEntry } from '@zip.js/zip.js';
}
