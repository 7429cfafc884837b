import { describe, expect, test } from 'vitest';

import { changesOf, sectionOf } from '../../../helm/release/changelog.ts';

const CHANGELOG = `# Changelog

Some words.

## [1.10.0] - Unreleased

### Added

- Later.

## [1.1.0] - 2026-01-31

### Added

- \`run\`: one entry
  in two lines.
- Another one.

### Fixed

- A mistake.

### Notes

- No kind of change.

## [1.0.0] - 2025-12-01

- The first one.
`;

describe('a changelog', () => {
  test.each([
    ['1.1.0', '2026-01-31'],
    ['1.10.0', 'Unreleased'],
    ['1.0.0', '2025-12-01'],
  ])('has a section for %s of %s', (version, date) => {
    expect(sectionOf(CHANGELOG, version)?.date).toBe(date);
  });

  test.each(['1.1', '1.1.1', '0.1.0', ''])('has no section for %j', (version) => {
    expect(sectionOf(CHANGELOG, version)).toBeNull();
  });

  test('a section ends where the next one begins, without blank lines around it', () => {
    expect(sectionOf(CHANGELOG, '1.0.0')?.text).toBe('- The first one.');
    expect(sectionOf(CHANGELOG, '1.10.0')?.text).toBe('### Added\n\n- Later.');
  });

  test('its entries have the kind of the heading above them and are one line each', () => {
    expect(changesOf(sectionOf(CHANGELOG, '1.1.0')?.text ?? '')).toEqual([
      { kind: 'added', description: '`run`: one entry in two lines.' },
      { kind: 'added', description: 'Another one.' },
      { kind: 'fixed', description: 'A mistake.' },
    ]);
  });
});
