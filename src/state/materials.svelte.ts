import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { ControlSet } from '../experiments/control-check.ts';
import {
  loadControls,
  loadPassages,
  loadProjection,
  loadPrompts,
  loadScenarios,
  loadSocieties,
  loadSurvey,
  type Prompts,
  type Societies,
} from '../experiments/resources.ts';
import type { PassageSet } from '../experiments/neutral.ts';
import type { ScenarioSet } from '../experiments/scenarios.ts';
import type { SurveySet } from '../experiments/survey.ts';
import type { Projection } from '../science/culture-map.ts';

/**
 * The page's own files: dilemmas, control and survey questions, human societies, projection; and the dilemmas of the
 * visitor's where they are chosen.
 */
export class Materials {
  train = $state.raw<ScenarioSet>();
  test = $state.raw<ScenarioSet>();
  paraphrases = $state.raw<ScenarioSet>();
  controls = $state.raw<ControlSet>();
  survey = $state.raw<SurveySet>();
  passages = $state.raw<PassageSet>();
  /** Dilemmas that are measured in place of the page's own. */
  own = $state.raw<ScenarioSet>();
  /** What the model is asked; vectors are learned from `train` whatever this is. */
  readonly measured: ScenarioSet | undefined = $derived(this.own ?? this.test);
  prompts = $state.raw<Prompts>();
  societies = $state.raw<Societies>();
  projection = $state.raw<Projection>();
  error = $state.raw<ErrorReport>();

  async load(): Promise<void> {
    this.error = undefined;
    try {
      [
        this.societies,
        this.projection,
        this.train,
        this.test,
        this.paraphrases,
        this.controls,
        this.survey,
        this.prompts,
        this.passages,
      ] = await Promise.all([
        loadSocieties(),
        loadProjection(),
        loadScenarios('train'),
        loadScenarios('test'),
        loadScenarios('paraphrases'),
        loadControls(),
        loadSurvey(),
        loadPrompts(),
        loadPassages(),
      ]);
    } catch (thrown) {
      this.error = LeewayError.wrap(thrown, 'network', 'Reload the page.').report();
    }
  }
}
