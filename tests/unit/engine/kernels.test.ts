import { describe, expect, it } from 'vitest';
import { lackedOperator, missingOperator } from '../../../src/engine/worker/kernels.ts';

const GATHER = 'com.microsoft:GatherBlockQuantized';

describe('operators without a kernel', () => {
  it('are named before a session is made, on the backend that lacks them', () => {
    expect(missingOperator({ operators: ['ai.onnx:Add', GATHER] }, 'wasm')).toMatchObject({
      code: 'backend-operator',
      message: expect.stringContaining(GATHER) as string,
    });
    expect(missingOperator({ operators: ['ai.onnx:Add', GATHER] }, 'webgpu')).toBeUndefined();
    expect(missingOperator({ operators: ['ai.onnx:Add'] }, 'wasm')).toBeUndefined();
  });

  it('are read from the runtime’s own words where no list knew them', () => {
    const words =
      "Can't create a session. ERROR_CODE: 9, ERROR_MESSAGE: Could not find an implementation for QMoE(1) node with name '/moe'";
    expect(lackedOperator(words)).toMatchObject({ code: 'backend-operator' });
    expect(lackedOperator(words)?.message).toContain('QMoE');
    expect(lackedOperator('out of memory')).toBeUndefined();
  });
});
