import type { Locator, Page } from '@playwright/test';

const LONG = 600_000;

/** One visit of the page, by what a person sees. */
export class Visit {
  constructor(readonly page: Page) {}

  async open(url: string, backend: 'wasm' | 'webgpu'): Promise<void> {
    await this.page.goto(url);
    await this.isolated();
    await this.runOn(backend);
  }

  /** Waits until the page is isolated, for which it loads itself anew where the host sends no headers. */
  async isolated(): Promise<void> {
    await this.page.waitForFunction(() => crossOriginIsolated);
  }

  /** Chooses in the machine line where the model is to run. */
  async runOn(backend: 'wasm' | 'webgpu'): Promise<void> {
    await this.page.locator('footer summary').click();
    await this.page.getByLabel('Run on').selectOption(backend);
    await this.page.locator('footer summary').click();
  }

  /** Chooses a model of the list by its label, and has it loaded and measured. */
  async measure(label: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Model' }).selectOption({ label });
    await this.page.getByRole('button', { name: `Load ${label} and measure it` }).click();
  }

  get start(): Locator {
    return this.page.getByRole('button', { name: /^Load .* and measure it$/ });
  }

  get slider(): Locator {
    return this.page.getByRole('slider');
  }

  /** Opens the page's Runs and brings in a run file. */
  async openRuns(url: string, output: unknown): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('button', { name: 'Runs', exact: true }).click();
    await this.page.locator('main input[type=file]').setInputFiles({
      name: 'runs.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(output)),
    });
  }

  progress(name: string): Locator {
    return this.page.getByRole('progressbar', { name, exact: true });
  }

  /** Waits until a measurement of this name has come at least so far. */
  async reached(names: readonly string[], done: number): Promise<void> {
    await this.page.waitForFunction(
      ({ labels, least }) =>
        [...document.querySelectorAll('progress')].some((bar) => {
          const label = document
            .getElementById(bar.getAttribute('aria-labelledby') ?? '')
            ?.textContent.trim();
          return labels.includes(label ?? '') && bar.value >= least;
        }),
      { labels: [...names], least: done },
      { timeout: LONG },
    );
  }

  async sliderReady(): Promise<void> {
    await this.page.locator('input[type=range]:enabled').waitFor({ timeout: LONG });
  }

  /** The model's point on the map, in pixels of the drawing. */
  async point(): Promise<{ x: number; y: number }> {
    const circle = this.page.locator('circle.model');
    return { x: Number(await circle.getAttribute('cx')), y: Number(await circle.getAttribute('cy')) };
  }

  /** The point once two frames in a row have it at one place. */
  async settledPoint(): Promise<{ x: number; y: number }> {
    await this.page.waitForFunction(() => {
      const circle = document.querySelector('circle.model');
      const place = `${circle?.getAttribute('cx')} ${circle?.getAttribute('cy')}`;
      const still = document.documentElement.dataset['place'] === place;
      document.documentElement.dataset['place'] = place;
      return still;
    });
    return this.point();
  }

  /** The map's own words for what it shows. */
  mapWords(): Promise<string | null> {
    return this.page.getByRole('img').first().getAttribute('aria-label');
  }
}

export const MEASURING = ['Measuring', 'Measured'] as const;
export const PUSHING = ['Measuring the push', 'Measured with this push'] as const;
