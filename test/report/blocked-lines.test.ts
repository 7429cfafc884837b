import { describe, expect, test } from 'vitest';

import { TOOL_NAME } from '../../src/report/schema.ts';
import { renderText } from '../../src/report/terminal.ts';
import type { BlockedEntry } from '../../src/walk/result.ts';
import { counts, digest, outcome, reported } from './samples.ts';

const ENTRY: BlockedEntry = { repository: 'team/app', tags: ['v1', 'v2'], digest: digest('a'), detail: 'GET: words' };

function text(blocked: readonly BlockedEntry[], changes = {}): string {
  const registry = reported(outcome({ blocked, counts: counts({ blocked: blocked.length, ...changes }) }));
  return renderText(
    { schemaVersion: 1, tool: { name: TOOL_NAME, version: '1' }, command: 'run', registries: [registry] },
    {
      color: false,
      width: 120,
    },
  );
}

describe('what a policy refuses', () => {
  test('is not mentioned where it refuses nothing', () => {
    expect(text([])).not.toContain('policy');
  });

  test('is named with a tag, the digest and what was seen', () => {
    const shown = text([ENTRY, { ...ENTRY, tags: ['v3'], digest: null }]);

    expect(shown).toContain('Refused by a policy, to nodes as well: 2\n');
    expect(shown).toContain(`team/app:v1@${digest('a')}: GET: words`);
    expect(shown).toContain('team/app:v3: GET: words');
    expect(shown).toContain('next: Nodes are refused as well');
  });

  test('is cut to the first ones', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...ENTRY, tags: [`t${index}`] }));

    expect(text(many)).toContain('and 25 more\n');
    expect(reported(outcome({ blocked: many })).blocked).toHaveLength(20);
  });

  test('is no walk that saw everything in order, where it is all there is', () => {
    expect(text([ENTRY], { tags: 0, manifests: 0, indexes: 0 })).toContain(
      'a policy of the registry refuses everything',
    );
  });

  test('cannot act on the terminal', () => {
    expect(text([{ ...ENTRY, detail: 'a\u001B[2Jb' }])).not.toContain('\u001B');
  });
});
