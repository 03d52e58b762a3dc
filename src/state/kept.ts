/** What is kept of a small setting on this device; undefined where there is nothing, or nothing may be kept. */
export function readKept(key: string): unknown {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // Closed in some private windows, or written by something else.
    return undefined;
  }
}

/** Keeps a small setting, for this visit alone where nothing may be kept; `undefined` lets go of it. */
export function keep(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // As above.
  }
}
