import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { MODEL_CHOICES, PHANTOM_CHOICES, repositoryChoice } from '../experiments/model-choice.ts';
import {
  differencesOf,
  shortHash,
  vectorDigest,
  type LinkDifference,
  type LinkedPush,
  type LinkedSteering,
  type Permalink,
} from '../links/permalink.ts';
import { MOST_SYSTEM, permalinkText, readPermalink } from '../links/permalink-text.ts';
import type { MapMode } from '../science/culture-map.ts';
import type { Knob } from './knob.svelte.ts';
import type { Materials } from './materials.svelte.ts';
import type { ModelState } from './model.svelte.ts';
import type { ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';

/** Models that another visitor's page finds under the same name. */
function canBeFound(id: string): boolean {
  if ([...MODEL_CHOICES, ...PHANTOM_CHOICES].some((choice) => choice.id === id)) return true;
  try {
    return repositoryChoice(id).id === id;
  } catch {
    return false;
  }
}

/** The page's address as a measurement: what an address asks for, and the address of what is seen now. */
export class PermalinkState {
  /** What the address asks for, and has not been measured yet. */
  asked = $state.raw<Permalink>();
  /** Why the address asks for nothing that could be done. */
  error = $state.raw<ErrorReport>();
  /** In what the measurement is another one than the address's, once it was followed. */
  differences = $state.raw<readonly LinkDifference[]>();
  /** The address that was made last. */
  made = $state<string>();

  constructor(
    private readonly materials: Materials,
    private readonly model: ModelState,
    private readonly probe: ProbeState,
    private readonly steer: SteerState,
    private readonly view: { mapMode: MapMode },
  ) {}

  /** Why what is seen cannot be told by an address; undefined where it can. */
  readonly hindrance: string | undefined = $derived.by(() => {
    const { loaded } = this.model;
    if (!loaded) return 'Load a model first.';
    if (!canBeFound(loaded.id)) return 'The model is a file of yours: nobody else’s page could find it.';
    if (this.materials.own) return 'The dilemmas are yours: an address cannot hold them.';
    if (this.steer.extra && this.steer.extra.strength !== 0)
      return 'The push is along a direction of your own: save its vector instead.';
    if (this.probe.system.length > MOST_SYSTEM) return 'The system prompt is too long for an address.';
    return undefined;
  });

  /** Takes up an address; false where it holds no link. The model is chosen, and nothing begun. */
  open(fragment: string): boolean {
    this.error = undefined;
    this.asked = undefined;
    this.differences = undefined;
    try {
      const link = readPermalink(fragment);
      if (!link) return false;
      if (!canBeFound(link.model))
        throw new LeewayError(
          'request-invalid',
          `The address names a model that is not known here: ${link.model}.`,
          'Choose one from the list.',
        );
      this.asked = link;
    } catch (thrown) {
      this.error = LeewayError.wrap(thrown, 'internal', 'Load the page anew.').report();
    }
    return true;
  }

  /** Lays the address's wish aside. */
  close(): void {
    this.error = undefined;
    this.asked = undefined;
    this.differences = undefined;
    history.replaceState(null, '', location.pathname + location.search);
  }

  /** Sets everything that does not depend on a loaded model; false where its model cannot be chosen. */
  prepare({ model, file, backend, dilemmas, map, steering }: Permalink): boolean {
    if (!this.model.choose(model, { file, backend })) return false;
    this.probe.depth = dilemmas;
    this.view.mapMode = map;
    if (steering) {
      this.steer.way = steering.way;
      this.steer.at = steering.at;
      this.steer.unit = steering.unit;
      this.steer.method = steering.method;
    }
    return true;
  }

  /** Pushes as the address asks, with vectors that were learned here, and says in what all of it differs. */
  async follow(link: Permalink): Promise<void> {
    const { steering } = link;
    if (steering) {
      for (const { axis, strength, layers } of steering.pushes) {
        const knob = this.steer.knobOf(axis);
        const known = layers.filter((layer) => knob?.known.includes(layer));
        // A model with fewer layers is another model: its push would be another one.
        if (!knob || known.length < layers.length) continue;
        knob.layers = known;
        knob.strength = strength;
      }
      const [only, ...others] = steering.pushes;
      this.steer.mode = others.length > 0 ? 'both' : 'one';
      if (only && others.length === 0) this.steer.chosen = only.axis;
      this.steer.retry();
    }
    const here = await this.#now();
    this.asked = undefined;
    this.differences = here ? differencesOf(link, here) : [];
  }

  /** The address of what is seen now, which becomes the page's own; undefined where there is none. */
  async make(): Promise<string | undefined> {
    const link = this.hindrance === undefined ? await this.#now() : undefined;
    if (!link) return undefined;
    this.differences = undefined;
    history.replaceState(null, '', permalinkText(link));
    return (this.made = location.href);
  }

  async #now(): Promise<Permalink | undefined> {
    const { loaded } = this.model;
    const { measured } = this.materials;
    if (!loaded || !measured) return undefined;
    const { protocol, system, depth, seed } = this.probe;
    const steering = await this.#steering();
    const several = loaded.alternatives.length > 1 && loaded.file !== undefined;
    return {
      model: loaded.id,
      ...{ revision: loaded.revision, dtype: loaded.dtype, backend: loaded.backend },
      ...(several ? { file: loaded.file } : {}),
      protocol,
      ...(system ? { system } : {}),
      dilemmas: Math.min(depth, measured.dilemmas.length),
      scenarios: shortHash(measured.sha256),
      seed,
      map: this.view.mapMode,
      ...(steering ? { steering } : {}),
    };
  }

  async #steering(): Promise<LinkedSteering | undefined> {
    const turned = this.steer.axes.filter(({ strength }) => strength !== 0);
    const [first] = turned;
    if (!first) return undefined;
    const { data } = first.set;
    return {
      ...this.steer.manner,
      method: this.steer.method,
      training: { sha256: shortHash(data.sha256), n: data.n },
      vectors: await vectorDigest(turned.flatMap((knob) => this.#acting(knob))),
      pushes: turned.flatMap(({ axis, strength, layers }): LinkedPush[] =>
        axis ? [{ axis, strength, layers }] : [],
      ),
    };
  }

  #acting({ set, layers }: Knob) {
    return set.layers.filter(({ layer }) => layers.includes(layer));
  }
}
