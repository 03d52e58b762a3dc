import { METHODS, type Method } from '../science/directions/direction.ts';

/** How a vector came to be: made by a method, brought in a file, or drawn at random for a null. */
export const VECTOR_METHODS = [...METHODS, 'imported', 'random'] as const;
export type VectorMethod = Method | 'imported' | 'random';
