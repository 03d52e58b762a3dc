const KEY = 'leeway-theme';
const WISHES = ['auto', 'light', 'dark'] as const;
export type ThemeWish = (typeof WISHES)[number];

const isWish = (value: unknown): value is ThemeWish => (WISHES as readonly unknown[]).includes(value);

/** Light, dark or as the system says; remembered on this device where that is allowed. */
export class Theme {
  wish = $state<ThemeWish>('auto');

  constructor() {
    const stored = Theme.#read();
    if (isWish(stored)) this.wish = stored;
    this.#apply();
  }

  /** The next wish of auto, light, dark. */
  turn(): void {
    this.wish = WISHES[(WISHES.indexOf(this.wish) + 1) % WISHES.length] ?? 'auto';
    this.#apply();
    try {
      localStorage.setItem(KEY, this.wish);
    } catch {
      // Storage is closed in some private windows; the wish then lasts for this visit.
    }
  }

  #apply(): void {
    const root = document.documentElement;
    if (this.wish === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = this.wish;
  }

  static #read(): string | null {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }
}
