import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more, most of it waiting: begun last, they would be waited for alone. */
const LONGEST = ['test/page/page', 'test/chaos/chaos', 'test/real/damage-matrix'];

/** Begins with the files that take longest, also where no earlier run has left how long each took. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return index === -1 ? LONGEST.length : index;
}
