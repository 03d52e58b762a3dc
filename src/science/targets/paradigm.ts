/**
 * The ways in which a model is brought to a nation's values (Dang & Masud, arXiv 2605.26365): asked the survey's own
 * questions, asked dilemmas, asked them as someone who lives there, as a person at the survey's means, pushed, or both.
 */
export const PARADIGMS = ['survey', 'probe', 'country', 'persona', 'steering', 'prompt-steering'] as const;
export type Paradigm = (typeof PARADIGMS)[number];

/** Those that answer dilemmas and that differ from nation to nation. */
export const AIMED = ['country', 'persona', 'steering', 'prompt-steering'] as const satisfies Paradigm[];
export type AimedParadigm = (typeof AIMED)[number];
