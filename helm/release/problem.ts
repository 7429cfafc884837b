/** What keeps a release from being made, in one line for whoever makes it; anything else that is thrown is a bug. */
export class ReleaseProblem extends Error {
  override readonly name = 'ReleaseProblem';
}
