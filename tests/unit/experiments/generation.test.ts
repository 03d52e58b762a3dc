import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/client/engine.ts';
import type {
  GenerateReply,
  GenerateRequest,
  GenerationProgress,
} from '../../../src/engine/shared/generation.ts';
import type { TextToEncode } from '../../../src/engine/shared/protocol.ts';
import { generateSides, projectionScale, type SideText } from '../../../src/experiments/generation.ts';
import { exportTalk, nextPrompt, type Turn } from '../../../src/experiments/talk.ts';
import type { Push } from '../../../src/science/push.ts';

/** An engine that notes what it is asked and tells what it was given to tell. */
class TellingEngine {
  asked: GenerateRequest | undefined;
  readonly encoded: TextToEncode[] = [];
  readonly model = { endTokens: [2, 7] };

  constructor(private readonly story: readonly GenerationProgress[]) {}

  get engine(): Engine {
    return this as unknown as Engine;
  }

  encode(texts: readonly TextToEncode[]): Promise<number[][]> {
    this.encoded.push(...texts);
    return Promise.resolve(texts.map((text) => [...JSON.stringify(text)].map((one) => one.charCodeAt(0))));
  }

  generate(
    request: GenerateRequest,
    { onProgress }: { onProgress?: (progress: GenerationProgress) => void },
  ): Promise<GenerateReply> {
    this.asked = request;
    for (const progress of this.story) onProgress?.(progress);
    return Promise.resolve({ sides: [], tokenLayers: { computed: 1, naive: 2 } });
  }
}

const vector = {
  layer: 1,
  direction: Float32Array.of(0, 4),
  residualNorm: 10,
  mean: Float32Array.of(9, 3),
};
const push: Push = { vector, strength: 0.5, unit: 'norm', way: 'add', at: 'generated' };
const plain = { kind: 'plain', text: 'Once' } as const;
const drawn = { maxTokens: 5, temperature: 0, seed: 1 };

const turn = (prompt: string, answers: readonly string[]): Turn => ({
  prompt,
  as: 'chat',
  system: '',
  sampling: { seed: 1, temperature: 0, maxTokens: 5, stopTexts: [] },
  steering: [],
  sides: answers.map((text): SideText => ({ promptTokens: 1, tokens: [], text })),
});

describe('generateSides', () => {
  it('gathers each side from what comes in turn, with what waited at its end', async () => {
    const token = { logProbability: -1, projection: 13 };
    const { engine } = new TellingEngine([
      { side: 0, token: 5, text: ' up', ...token },
      { side: 1, token: 6, text: '', ...token, tokensPerSecond: 3 },
      { side: 0, end: 'token', text: '' },
      { side: 1, end: 'length', text: '\uFFFD' },
    ]);
    const seen: (readonly SideText[])[] = [];
    const { sides } = await generateSides(
      engine,
      { ...drawn, sides: [plain, plain].map((prompt) => ({ prompt, pushes: [] })), watch: vector },
      { onSides: (texts) => seen.push(texts) },
    );
    // 13 along the unit vector, 3 of them its usual state, in norms of 10.
    const read = { logProbability: -1, projection: 1 };
    expect(sides).toMatchObject([
      { text: ' up', end: 'token', tokens: [{ id: 5, text: ' up', ...read }] },
      { text: '\uFFFD', end: 'length', tokensPerSecond: 3, tokens: [{ id: 6, text: '\uFFFD', ...read }] },
    ]);
    expect(seen.map((texts) => texts.map(({ tokens }) => tokens.length))).toEqual([
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('asks for the ends of the model, and lets a push on what is generated begin after its own prompt', async () => {
    const telling = new TellingEngine([]);
    await generateSides(telling.engine, {
      ...drawn,
      sides: [
        { prompt: plain, pushes: [] },
        { prompt: { ...plain, system: 'Be brief.' }, pushes: [push, { ...push, strength: 0 }] },
      ],
    });
    expect(telling.asked?.stopTokens).toEqual([2, 7]);
    expect(telling.asked?.project).toBeUndefined();
    const [unsteered, steered] = telling.asked?.sides ?? [];
    expect(unsteered?.steer).toEqual([]);
    expect(steered?.steer).toEqual([
      { layer: 1, vector: Float32Array.of(0, 5), at: { from: steered?.tokens.length } },
    ]);
    expect(telling.encoded).toEqual([
      { text: 'Once', special: true },
      { text: 'Be brief.\nOnce', special: true },
    ]);
  });

  it('counts from the usual state, in norms, whatever the length of the direction', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: -9, max: 9 }),
        (length, raw) => {
          const scaled = { ...vector, direction: Float32Array.of(0, length) };
          expect(projectionScale(scaled)(raw)).toBeCloseTo((raw - 3) / 10, 5);
        },
      ),
    );
  });
});

describe('a talk', () => {
  it('gives each side its own answers to go on from; what was not pushed is both sides’', () => {
    const before = [turn('Hi', ['plain one']), turn('And?', ['plain two', 'pushed two'])];
    const asked = { prompt: 'So?', as: 'chat', system: 'Be kind.' } as const;
    const contents = (side: number): unknown => {
      const prompt = nextPrompt(before, side, asked);
      return prompt.kind === 'chat' && prompt.messages.map(({ role, content }) => `${role}: ${content}`);
    };
    expect(contents(0)).toEqual([
      'user: Hi',
      'assistant: plain one',
      'user: And?',
      'assistant: plain two',
      'user: So?',
    ]);
    expect(contents(1)).toEqual([
      'user: Hi',
      'assistant: plain one',
      'user: And?',
      'assistant: pushed two',
      'user: So?',
    ]);
    expect(nextPrompt(before, 1, { ...asked, as: 'plain' })).toEqual({
      kind: 'plain',
      text: 'So?',
      system: 'Be kind.',
    });
  });

  it('is exported with what it can be made again from', () => {
    const model = { id: 'm', revision: 'r', dtype: 'fp32', backend: 'wasm' } as Parameters<
      typeof exportTalk
    >[1];
    const { name, text } = exportTalk([turn('Hi', ['a', 'b'])], model);
    expect(name).toMatch(/^leeway-talk-\d{4}-\d\d-\d\d\.json$/);
    expect(JSON.parse(text)).toMatchObject({
      format: 'leeway-talk',
      version: 1,
      model,
      turns: [
        {
          prompt: 'Hi',
          sampling: { seed: 1, temperature: 0 },
          sides: [
            { pushed: false, text: 'a' },
            { pushed: true, text: 'b' },
          ],
        },
      ],
    });
  });
});
