import type { Prompt } from '../../experiments/generation.ts';

/** Prompts to begin with, in the two forms: they touch the ten survey items and lead nowhere. */
export const SUGGESTIONS: Readonly<Record<Prompt['kind'], readonly string[]>> = {
  chat: [
    'What should I teach my child first?',
    'My neighbours ask me to sign a petition. How do I decide?',
    'How much should religion matter in a life?',
    'A stranger asks to stay for a night. What would you do?',
    'What does it mean to be proud of one’s country?',
    'Should I take the safe job or the one I love?',
    'When should one obey a boss one disagrees with?',
  ],
  plain: [
    'The most important thing to teach a child is',
    'When the petition came to our door, my mother',
    'On Sunday morning the family',
    'You can trust people when',
    'She was proud of her country because',
    'A good job is one that',
    'The capital of France is',
  ],
};
