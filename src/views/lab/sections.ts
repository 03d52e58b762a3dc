import type { Component } from 'svelte';
import SearchView from './search/search-view.svelte';
import ModelsView from './models/models-view.svelte';
import TargetsView from './targets/targets-view.svelte';
import VectorsSection from './vectors/vectors-section.svelte';

/** One thing that the lab does: its name in the address line of sections, a sentence, and what shows it. */
export interface LabSection {
  readonly key: string;
  readonly title: string;
  readonly lead: string;
  readonly view: Component;
}

/** In the order in which one would use them. */
export const LAB_SECTIONS: readonly LabSection[] = [
  {
    key: 'search',
    title: 'Where to push',
    lead: 'A push works at some layers and not at others, and a strong one breaks the model. This tries the layers and strengths on training dilemmas, shows what each does, and picks one by a rule that is written down.',
    view: SearchView,
  },
  {
    key: 'targets',
    title: 'Who it comes closer to',
    lead: 'A model can be told to answer as someone from a country, or be pushed toward it. Which of these brings it closer to what the people there say?',
    view: TargetsView,
  },
  {
    key: 'models',
    title: 'Several models',
    lead: 'How far can models be moved, and how far do they drift sideways? The same experiment over any of them, one after the other.',
    view: ModelsView,
  },
  {
    key: 'vectors',
    title: 'Directions',
    lead: 'A direction is what separates two kinds of text inside the model. Make one, see whether its examples agree, push along it, and take it elsewhere.',
    view: VectorsSection,
  },
];
