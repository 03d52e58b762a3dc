import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { MountedFile } from './mounted-file.ts';
import type { TextCoder } from './tokenizer.ts';

/** What a session is opened from, whatever the model came as. */
export interface ModelParts {
  readonly graph: PreparedGraph;
  readonly files: readonly MountedFile[];
  readonly coder: TextCoder;
  /** Ids that the files beside the tokenizer name as ends of an answer. */
  readonly endTokens?: readonly number[];
  readonly dtype: string;
  readonly dtypeReason?: string;
  readonly revision: string;
  /** Whether the patched graph came from an earlier visit. */
  readonly surgeryCached: boolean;
}
