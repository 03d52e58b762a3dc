/** Where a model's files lie: a hub-shaped base URL, a repository id and a revision. */
export interface RepositorySource {
  /** Name under which runs know the model. */
  readonly id: string;
  /** Base URL that speaks the hub's API (`/api/models/<repo>/tree/<revision>`, `/<repo>/resolve/<revision>/<path>`). */
  readonly base: string;
  readonly repository: string;
  readonly revision: string;
  /** The .onnx or .gguf file inside the repository, or the label of a precision, where one is named. */
  readonly graph?: string;
  /**
   * Whether files may be replaced in place, as in a folder that somebody works in: its list is asked for each time, and
   * no commit is pinned.
   */
  readonly moving?: boolean;
}
