import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { chartsOf, type ReportChart } from '../reports/charts.ts';
import { experimentsOf, type Experiment } from '../reports/experiment.ts';
import { htmlReport } from '../reports/html-report.ts';
import { chartStem, moment, reportFile, type ReportKind } from '../reports/report-files.ts';
import { reportSteps, undecided, type Report } from '../reports/report.ts';
import type { Run } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { pngOf } from './drawing.ts';
import type { Materials } from './materials.svelte.ts';
import { saveFile } from './save-files.ts';

/** Pictures are for slides and paper: twice the drawing's own size. */
const SCALE = 2;

/** The report on one experiment of this device: made, shown, printed, saved. */
export class ReportState {
  /** The newest first. */
  experiments = $state.raw<readonly Experiment[]>([]);
  shownKey = $state<string>();
  report = $state.raw<Report>();
  charts = $state.raw<readonly ReportChart[]>([]);
  html = $state('');
  /** The drawing that is saved next, by its name. */
  chartName = $state('map');
  making = $state(false);
  error = $state.raw<ErrorReport>();
  /** Which making is the latest: an older one that is still at work shows nothing. */
  #latest = 0;

  readonly shown: Experiment | undefined = $derived(
    this.experiments.find(({ key }) => key === this.shownKey) ?? this.experiments[0],
  );
  readonly chart: ReportChart | undefined = $derived(
    this.charts.find(({ name }) => name === this.chartName) ?? this.charts[0],
  );

  constructor(
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
  ) {}

  /** Makes the report on the experiment that a run belongs to; on the newest one where it is none. */
  async open(run?: Run): Promise<void> {
    this.experiments = experimentsOf(await (await this.store).runs());
    const probes = this.experiments.find(({ probes: own }) => own.some(({ key }) => key === run?.key));
    const any = this.experiments.find(({ runs }) => runs.some(({ key }) => key === run?.key));
    this.shownKey = (probes ?? any ?? this.experiments[0])?.key;
    await this.#make();
  }

  async show(key: string): Promise<void> {
    this.shownKey = key;
    await this.#make();
  }

  save(kind: ReportKind): void {
    if (!this.report) return;
    const { name, type, text } = reportFile(this.report, this.charts, kind);
    saveFile(name, new Blob([text], { type }));
  }

  async saveChart(kind: 'svg' | 'png'): Promise<void> {
    const { report, chart } = this;
    if (!report || !chart) return;
    try {
      const blob =
        kind === 'svg' ? new Blob([chart.svg], { type: 'image/svg+xml' }) : await pngOf(chart.svg, SCALE);
      saveFile(`${chartStem(report, chart)}.${kind}`, blob);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #make(): Promise<void> {
    const making = ++this.#latest;
    const { shown } = this;
    this.error = undefined;
    this.report = undefined;
    this.charts = [];
    this.html = '';
    const { projection, societies, survey } = this.materials;
    if (!shown || !projection || !societies || !survey) return;
    this.making = true;
    try {
      const steps = reportSteps(shown, {
        ...{ projection, survey },
        societies: societies.societies,
        sources: societies.sources,
        made: moment(),
      });
      for (;;) {
        // The page stays alive between steps.
        await new Promise((resolve) => setTimeout(resolve));
        if (making !== this.#latest) return;
        const step = steps.next();
        if (!step.done) continue;
        this.report = step.value;
        this.charts = chartsOf(step.value, {
          societies: societies.societies,
          undecided: undecided(projection),
        });
        this.html = htmlReport(step.value, this.charts);
        return;
      }
    } catch (thrown) {
      if (making === this.#latest) this.#fail(thrown);
    } finally {
      if (making === this.#latest) this.making = false;
    }
  }

  #fail(thrown: unknown): void {
    this.error = LeewayError.wrap(
      thrown,
      'internal',
      'Report this fault with the runs that led to it.',
    ).report();
  }
}
