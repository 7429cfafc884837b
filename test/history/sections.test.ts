import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readSections, sectionName, writeSections } from '../../src/history/sections.ts';

const NONE = readSections(Buffer.alloc(0));
const KEPT = Buffer.from('kept');

describe('a state file', () => {
  test('has a line for each registry and each shard', () => {
    const names = [
      { registry: 'prod', shard: null },
      { registry: 'prod', shard: 0 },
      { registry: 'lab', shard: null },
    ].map(sectionName);

    const file = names.reduce<Buffer>(
      (content, name) => writeSections(readSections(content), name, KEPT),
      Buffer.alloc(0),
    );

    expect(file.toString()).toBe(
      `# The state of registry-integrity-probe: a line for each registry, and for each shard of one.
prod a2VwdA==
prod/0 a2VwdA==
lab a2VwdA==
`,
    );
    expect(readSections(file)).toMatchObject({ hasForeign: false });
  });

  test('keeps the lines of others as they are, whatever is in them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const line = Buffer.from(bytes.filter((byte) => byte !== 10));
        const theirs = Buffer.concat([Buffer.from('lab '), line]);
        // A line that is the last one, and has no end.
        const file = writeSections(readSections(theirs), 'prod', KEPT);

        expect(file.includes(Buffer.concat([theirs, Buffer.from('\n')]))).toBe(true);
        expect(readSections(file).lines.get('prod')).toBe(KEPT.toString('base64'));
      }),
    );
  });

  test('replaces a line where it is', () => {
    const file = writeSections(readSections(Buffer.from('a AA==\nb BB==\nc CC==\n')), 'b', KEPT);

    expect(file.toString().split('\n').slice(1)).toEqual(['a AA==', 'b a2VwdA==', 'c CC==', '']);
  });

  test.each(['{"a":1}', 'Prod a', 'prod', ' prod a', 'prod/x a', '\u0000', '# Another comment'])(
    'has something that is nobody’s in it: %j',
    (line) => {
      const sections = readSections(Buffer.from(`lab AA==\n${line}\n`));

      expect(sections.hasForeign).toBe(true);
      expect([...sections.lines]).toEqual([['lab', 'AA==']]);
      expect(writeSections(sections, 'prod', KEPT).toString()).not.toContain(`\n${line}\n`);
    },
  );

  test('that is empty has nothing in it', () => {
    expect(NONE).toEqual({ lines: new Map(), hasForeign: false });
  });
});
