import { describe, expect, test } from 'vitest';

import { reportJsonSchema, Report } from '../../src/report/schema.ts';
import { toReport } from '../../src/report/json.ts';
import { reportRegistry } from '../../src/report/report-registry.ts';
import { isShort, shortFinding, tellable } from '../../src/report/short-finding.ts';
import { finding, outcome, reported } from './samples.ts';

const LONG = 'x'.repeat(128);

function tagsLike(count: number, prefix = 'v'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

describe('shortFinding', () => {
  test('says what is broken, where and how, and since when, and nothing of the evidence', () => {
    const broken = finding({ tags: ['v1'], affects: 'pull' });

    const short = shortFinding(broken, { firstSeen: 0, inUseBy: ['shop/Deployment/web'], inUseByCount: 1 });

    const { repository, object, fault, digest } = broken;
    expect(short).toEqual({
      repository,
      short: true,
      tags: ['v1'],
      tagCount: 1,
      object,
      fault,
      digest,
      affects: 'pull',
      firstSeen: '1970-01-01T00:00:00.000Z',
      inUseByCount: 1,
    });
  });

  test.each([
    ['20 tags of many', tagsLike(300), 20],
    ['fewer where their names are long', tagsLike(20, LONG.slice(2)), 1],
    ['one in any case', [LONG], 1],
    ['none where there is none', [], 0],
  ])('names %s, and says how many there are', (_, tags, named) => {
    const short = shortFinding(finding({ tags, repository: 'team/'.repeat(20) }), { firstSeen: 0, inUseByCount: 100 });

    expect([short.tags, short.tagCount]).toEqual([tags.slice(0, named), tags.length]);
    expect(sizeOf(short)).toBeLessThanOrEqual(500);
  });

  test('is a finding of a report, behind those in full', () => {
    const walked = outcome({ verdict: 'broken', findings: [finding()] });
    const short = shortFinding(finding({ tags: ['v2'] }));
    const registry = reportRegistry(walked, reported(walked).findings, [short]);

    const report = Report.parse(toReport({ command: 'run', version: '1.2.3', registries: [registry] }));

    expect(report.registries[0]?.findings.map((one) => [one.tags, isShort(one)])).toEqual([
      [['v1'], false],
      [['v2'], true],
    ]);
    expect(report.registries[0]).not.toHaveProperty('inShort');
    expect(JSON.stringify(reportJsonSchema())).toContain('"short":{');
  });
});

describe('tellable', () => {
  test('has room for few names of many before many names of one image a thousand times', () => {
    const names = tagsLike(150_000);
    const many = Array.from({ length: 1_000 }, () => ({ finding: finding({ tags: names }) }));
    const some = { finding: finding({ tags: tagsLike(101) }) };
    const few = { finding: finding({ tags: tagsLike(100) }) };

    expect(tellable([...many, some, few])).toEqual([many[0], some, few]);
  });
});
