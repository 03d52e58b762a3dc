import { METHODS } from '../science/directions/direction.ts';

/**
 * How a vector came to be: made by a method, brought in a file, freed of what it shares with another one; or, for a null,
 * drawn at random or learned from pairs whose poles were dealt by chance.
 */
export const VECTOR_METHODS = [...METHODS, 'imported', 'orthogonal', 'random', 'shuffled'] as const;
export type VectorMethod = (typeof VECTOR_METHODS)[number];
