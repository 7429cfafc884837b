import { expect, test } from 'vitest';

import { CI_FILES, ciObjects, renderCi } from '../support/chart-ci.ts';
import { LEAST, parseObjects, render } from '../support/chart.ts';

test.each(CI_FILES)('Helm 4 renders the same as Helm 3 for %s', (file) => {
  expect(parseObjects(renderCi(file, 'helm4'))).toEqual(ciObjects(file));
});

test('Helm 4 takes null for what is global, and for sections', () => {
  const values = { ...LEAST, global: null, proxy: null, cronJob: { timeZone: null } };

  expect(render(values, { program: 'helm4' })).toEqual(render(LEAST));
});
