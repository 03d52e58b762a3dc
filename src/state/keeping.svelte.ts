/** Whether the browser has promised not to clear what this page stores. */
export type Promised = 'unknown' | 'kept' | 'not-asked' | 'refused';

/** The promise that models stay when the disk runs short. */
export class Keeping {
  promised = $state<Promised>('unknown');
  /** Whether the visitor has asked in this visit. */
  asked = $state(false);

  /** Takes in what the browser says of it; asks without a question where the permission is already given. */
  async note(persisted: boolean | undefined, holdsModels: boolean): Promise<void> {
    if (persisted === undefined) return;
    if (persisted) this.promised = 'kept';
    else if (this.promised !== 'refused') this.promised = 'not-asked';
    if (persisted || !holdsModels) return;
    if (await isGranted()) await this.#persist();
  }

  /** The visitor wants the models kept. */
  async ask(): Promise<void> {
    this.asked = true;
    await this.#persist();
    if (this.promised !== 'kept') this.promised = 'refused';
  }

  async #persist(): Promise<void> {
    const storage = (navigator as { storage?: StorageManager }).storage;
    if (await storage?.persist?.().catch(() => false)) this.promised = 'kept';
  }
}

async function isGranted(): Promise<boolean> {
  try {
    const name = 'persistent-storage';
    return (await navigator.permissions.query({ name })).state === 'granted';
  } catch {
    // Not every browser knows this permission: then the visitor is asked.
    return false;
  }
}
