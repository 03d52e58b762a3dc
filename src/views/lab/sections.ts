import type { Component } from 'svelte';
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
    key: 'vectors',
    title: 'Directions',
    lead: 'A direction is what separates two kinds of text inside the model. Make one, see whether its examples agree, push along it, and take it elsewhere.',
    view: VectorsSection,
  },
];
