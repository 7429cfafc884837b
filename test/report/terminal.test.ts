import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';

import { toReport } from '../../src/report/json.ts';
import { renderText, type TextOptions } from '../../src/report/terminal.ts';
import { lostWalk } from '../../src/walk/lost-walk.ts';
import type { RegistryOutcome } from '../../src/walk/result.ts';
import { counts, digest, finding, INDEX, layer, observed, outcome, reported } from './samples.ts';

const { unknown: noUnknown, skipped: noneSkipped } = counts();
const nothing = { repositories: 0, tags: 0, manifests: 0, indexes: 0, blobs: 0 } as const;

function render(outcomes: readonly RegistryOutcome[], options: Partial<TextOptions> = {}): string {
  const registries = outcomes.map((walked) => reported(walked));
  return renderText(toReport({ command: 'run', version: '1.2.3', registries }), { color: false, ...options });
}

/** The expected text, without the indentation it has in this file. */
function text(indented: string): string {
  return indented.replace(/^\n/, '').replace(/^ {6}/gm, '').trimEnd() + '\n';
}

describe('renderText', () => {
  test('needs three lines for a registry that is sound', () => {
    const shown = render([outcome()]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): SOUND
        Everything that was looked at is there.

        checked 3 repositories, 5 tags, 7 manifests, 2 indexes, 20 blobs; 57 requests, 1.2 s; complete
      `),
    );
  });

  test('tells of each broken thing where, what, how it was seen, why, and what to do next', () => {
    const broken = outcome({
      verdict: 'broken',
      counts: counts({
        repositoriesEmpty: 1,
        skipped: { ...noneSkipped, foreign_layer: 1, excluded: 2 },
        weak: 3,
        churned: 1,
        cleared: 2,
      }),
      findings: [
        finding({ tags: ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7'] }),
        finding({ digest: digest('4'), path: [INDEX, digest('4')], platforms: ['unknown/unknown'] }),
        layer({
          repository: 'team/web',
          fault: 'unreadable',
          observed: observed({ status: 206, bytes: 0, detail: 'the body ended early' }),
        }),
      ],
    });

    const shown = render([broken]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): BROKEN
        3 things are broken in 2 repositories, reached by 8 tags.

        1. team/app:v1, v2, v3, v4, v5 and 2 more tags
           child missing, for linux/arm64
           digest     sha256:2222222222222222222222222222222222222222222222222222222222222222
           path       sha256:1111111111111111111111111111111111111111111111111111111111111111
                      sha256:2222222222222222222222222222222222222222222222222222222222222222
           seen       GET 404, 134 bytes (whole: 500 bytes): MANIFEST_UNKNOWN
           confirmed  twice
           cause      2 children of this index are missing: likely a clean-up took them for untagged, such
                      as \`garbage-collect -m\` (\`--delete-untagged\`) of distribution 2.x or a retention
                      job. Their configs and layers are then likely gone too.
           next       Stop the clean-up that deletes untagged manifests, restart the registry so that its
                      cache forgets the lost layers, rebuild the image and push it; then
                      \`registry-integrity-probe verify registry.example.com/team/app:v1\`.

        2. team/app:v1
           child missing, for unknown/unknown
           digest     sha256:4444444444444444444444444444444444444444444444444444444444444444
           path       sha256:1111111111111111111111111111111111111111111111111111111111111111
                      sha256:4444444444444444444444444444444444444444444444444444444444444444
           seen       GET 404, 134 bytes (whole: 500 bytes): MANIFEST_UNKNOWN
           confirmed  twice
           cause      2 children of this index are missing: likely a clean-up took them for untagged, such
                      as \`garbage-collect -m\` (\`--delete-untagged\`) of distribution 2.x or a retention
                      job. Their configs and layers are then likely gone too. Only the platform
                      unknown/unknown needs it, likely an attestation: pulls for a real platform work,
                      copies of the whole image do not.
           next       Stop the clean-up that deletes untagged manifests, restart the registry so that its
                      cache forgets the lost layers, rebuild the image and push it; then
                      \`registry-integrity-probe verify registry.example.com/team/app:v1\`.

        3. team/web:v1
           layer unreadable, for linux/arm64
           digest     sha256:3333333333333333333333333333333333333333333333333333333333333333
           path       sha256:1111111111111111111111111111111111111111111111111111111111111111
                      sha256:2222222222222222222222222222222222222222222222222222222222222222
                      sha256:3333333333333333333333333333333333333333333333333333333333333333
           seen       GET 206, 0 bytes (whole: 2048 bytes): the body ended early
           confirmed  twice
           cause      The registry announces the blob and sends no bytes: likely its cache of descriptors
                      still answers for a data file that is gone or cut short. A HEAD says 200 all the
                      same.
           next       If the data in
                      \`blobs/sha256/33/3333333333333333333333333333333333333333333333333333333333333333\`
                      of the registry's storage does not hash to the digest, remove that directory, for an
                      upload does not overwrite it; restart the registry (a redis cache needs its own
                      flush), rebuild the image and push it; then
                      \`registry-integrity-probe verify registry.example.com/team/web:v1\`.

        Left out: 1 for being foreign layers, which live elsewhere, 2 by a filter.
        Read from the beginning alone, since the registry does not do ranges: 3 blobs. What was cut off
        further on is not seen; \`readWithoutRange\` and \`blobCheck: full\` read more.
        Deleted or moved while the walk was under way: 1.
        Looked broken at first and was fine when asked again: 2.

        checked 3 repositories (1 of them without a tag), 5 tags, 7 manifests, 2 indexes, 20 blobs; 57 requests, 1.2 s; complete
      `),
    );
  });

  test('groups what could not be told and says that an incomplete walk did not see everything', () => {
    const entries = ['v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'].map(
      (reference) => ({ repository: 'team/app', reference, reason: 'server_error', detail: 'HTTP 503' }) as const,
    );
    const incomplete = outcome({
      verdict: 'broken',
      complete: false,
      counts: counts({ unknown: { ...noUnknown, timeout: 1, server_error: 9 } }),
      findings: [layer({ tags: [], platforms: [], confirmations: 1 })],
      unknowns: [
        { repository: 'team/web', reference: '_tags', reason: 'timeout', detail: 'no answer in 30 s' },
        ...entries,
      ],
    });

    const shown = render([incomplete]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): BROKEN
        1 thing is broken in 1 repository. The walk is not complete: not everything that is sound was
        seen, and more may be broken.

        1. team/app@sha256:1111111111111111111111111111111111111111111111111111111111111111
           layer missing
           digest     sha256:3333333333333333333333333333333333333333333333333333333333333333
           path       sha256:1111111111111111111111111111111111111111111111111111111111111111
                      sha256:2222222222222222222222222222222222222222222222222222222222222222
                      sha256:3333333333333333333333333333333333333333333333333333333333333333
           seen       GET 404, 134 bytes (whole: 2048 bytes): MANIFEST_UNKNOWN
           confirmed  once
           cause      Likely its data, or the link from this repository to it, is gone: deleted by a
                      garbage collection, or lost with the storage.
           next       Rebuild the image and push it; on distribution (registry:2 and 3) restart it before
                      the push, for what its cache still knows is not uploaded again; then
                      \`registry-integrity-probe verify registry.example.com/team/app@sha256:1111111111111111111111111111111111111111111111111111111111111111\`.

        Could not be told: 10
          server_error 9
            team/app:v0: HTTP 503
            team/app:v1: HTTP 503
            team/app:v2: HTTP 503
            team/app:v3: HTTP 503
            team/app:v4: HTTP 503
            and 4 more
            next: Look at the registry's log: it answers with errors of its own.
          timeout 1
            the tags of team/web: no answer in 30 s
            next: Look at the load of the registry and of its storage; \`timeout\` allows a request more
              time.

        checked 3 repositories, 5 tags, 7 manifests, 2 indexes, 20 blobs; 57 requests, 1.2 s; not complete
      `),
    );
  });

  test('says why none of the repositories of a list could be looked at', () => {
    const unknown = { reference: '_tags', reason: 'connection', detail: 'refused' } as const;
    const unreachable = outcome({
      verdict: 'unknown',
      complete: false,
      catalogAccessible: false,
      counts: counts({ ...nothing, unknown: { ...noUnknown, connection: 2 } }),
      unknowns: ['team/app', 'team/web'].map((repository) => ({ ...unknown, repository })),
    });

    expect(render([unreachable])).toContain('The catalog could not be listed\n  (connection)');
  });

  test('says of a catalog that cannot be listed that nothing was looked at', () => {
    const unreachable = outcome({
      verdict: 'unknown',
      complete: false,
      catalogAccessible: false,
      counts: counts({ ...nothing, unknown: { ...noUnknown, auth: 1 } }),
      unknowns: [{ repository: null, reference: '_catalog', reason: 'auth', detail: 'HTTP 401' }],
    });

    const shown = render([unreachable]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): COULD NOT TELL
        It could not be told whether every image would still pull. The catalog could not be listed (auth),
        so no image was looked at.

        Could not be told: 1
          auth 1
            the catalog: HTTP 401
            next: Give credentials: PROBE_REGISTRY_USERNAME and PROBE_REGISTRY_PASSWORD with
              PROBE_REGISTRY_URL, \`auth\` in the config file, or a Docker config.json; where they are
              given, check that they are still good.

        checked 0 repositories, 0 tags, 0 manifests, 0 indexes, 0 blobs; 57 requests, 1.2 s; not complete
      `),
    );
  });

  test('names the backend when nearly everything is missing, and shows some of the findings it holds back', () => {
    const findings = ['4', '5', '6', '7', '8'].map((character) =>
      finding({
        object: 'manifest',
        digest: digest(character),
        path: [digest(character)],
        tags: [`v${character}`],
        platforms: [],
        expectedSize: null,
      }),
    );

    const shown = render([outcome({ verdict: 'suspect', complete: false, findings })]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): SUSPECT
        Nearly everything is missing, so the backend is the likely cause, not the images: storage that is
        not there, or another registry behind this address. The 5 findings of this walk are held back and
        not counted: about a single image they say nothing. Do not rebuild anything yet: check that the
        registry's storage is mounted and that its address leads to the right registry, then let the probe
        run again.

        1. team/app:v4
           manifest missing
           digest     sha256:4444444444444444444444444444444444444444444444444444444444444444
           seen       GET 404, 134 bytes: MANIFEST_UNKNOWN
           confirmed  twice

        2. team/app:v5
           manifest missing
           digest     sha256:5555555555555555555555555555555555555555555555555555555555555555
           seen       GET 404, 134 bytes: MANIFEST_UNKNOWN
           confirmed  twice

        3. team/app:v6
           manifest missing
           digest     sha256:6666666666666666666666666666666666666666666666666666666666666666
           seen       GET 404, 134 bytes: MANIFEST_UNKNOWN
           confirmed  twice

        and 2 more like these, in the JSON report

        checked 3 repositories, 5 tags, 7 manifests, 2 indexes, 20 blobs; 57 requests, 1.2 s; not counted
      `),
    );
  });

  test('does not call a registry sound without saying that nothing was checked', () => {
    const cache = outcome({
      counts: counts({ ...nothing, repositories: 3, skipped: { ...noneSkipped, pull_through: 3 } }),
    });
    const fresh = outcome({ counts: counts(nothing) }, { name: 'lab' });

    const shown = render([cache, fresh]);

    expect(shown).toBe(
      text(`
      prod (https://registry.example.com): SOUND
        The catalog answers; nothing else is asked of a pull-through cache, since a walk would fill it.

        Left out: 3 because a walk would fill a pull-through cache.

        checked 3 repositories, 0 tags, 0 manifests, 0 indexes, 0 blobs; 57 requests, 1.2 s; complete

      lab (https://registry.example.com): SOUND
        Nothing is broken, and nothing was checked: there was no tag to look at.

        checked 0 repositories, 0 tags, 0 manifests, 0 indexes, 0 blobs; 57 requests, 1.2 s; complete
      `),
    );
  });

  test('adds since when it is broken and who uses it, where that is known', () => {
    const broken = outcome({ verdict: 'broken', findings: [finding(), layer()] });
    const registry = reported(broken, ({ object }) =>
      object === 'child' ? { firstSeen: 0, inUseBy: ['default/app', 'default/web'] } : { inUseBy: [] },
    );
    const report = toReport({ command: 'run', version: '1.2.3', registries: [registry] });

    const shown = renderText(report, { color: false });

    expect(shown).toContain('     since      1970-01-01T00:00:00.000Z\n     in use by  default/app, default/web\n');
    expect(shown).toContain('     in use by  nothing that this cluster runs\n');
  });

  test.each([
    ['counts the rest of all of them', { inUseByCount: 24 }, '19 more'],
    ['says how many more it knows of, where the cluster was read in part', {}, 'at least 1\n                more'],
  ])('names the first workloads, and %s', (_, count, more) => {
    const inUseBy = ['Deployment/a', 'Deployment/b', 'Deployment/c', 'Pod/d', 'Pod/e', 'Pod/f'].map(
      (name) => `x/${name}`,
    );
    const broken = outcome({ verdict: 'broken', findings: [finding()] });
    const registries = [reported(broken, () => ({ inUseBy, ...count }))];
    const report = toReport({ command: 'run', version: '1.2.3', registries });

    const shown = renderText(report, { color: false });

    expect(shown).toContain(
      `     in use by  x/Deployment/a, x/Deployment/b, x/Deployment/c, x/Pod/d, x/Pod/e, and ${more}\n`,
    );
  });

  test('does not blame the registry for a walk that a bug of the probe has ended', () => {
    const shown = render([outcome(lostWalk('TypeError: no'))]);

    expect(shown).toContain('A bug of the probe ended the walk, so');
    expect(shown).toContain('    the walk: internal_error: TypeError: no\n');
    expect(shown).toContain('next: This is a bug of the probe');
    expect(shown).not.toContain('catalog');
  });

  test('lets no registry write to the terminal', () => {
    const hostile = '\u001b]0;owned\u0007\u009b2J\u202e\r\n';
    const findings = [
      finding({
        repository: hostile,
        tags: [hostile],
        platforms: [hostile],
        path: [hostile, hostile],
        digest: hostile,
        observed: observed({ method: hostile, detail: hostile }),
      }),
      finding({ tags: [], path: [], digest: null, repository: hostile }),
    ];
    const unknowns = [
      { repository: hostile, reference: hostile, reason: 'protocol', detail: hostile },
      { repository: hostile, reference: '_tags', reason: 'protocol', detail: hostile },
    ] as const;

    const shown = render([outcome({ verdict: 'broken', findings, unknowns }, { name: hostile, url: hostile })]);

    expect(shown).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(shown).toContain('\\u{1b}]0;owned\\u{7}\\u{9b}2J\\u{202e}\\u{d}\\u{a}');
  });

  test('has colors only when asked for, and the same words with them', () => {
    const outcomes = [outcome({ verdict: 'broken', findings: [finding()] })];

    const colored = render(outcomes, { color: true });

    expect(colored).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colored)).toBe(render(outcomes));
  });

  test('keeps digests and commands whole on a narrow terminal, and sentences within it', () => {
    const shown = render([outcome({ verdict: 'broken', findings: [finding()] })], { width: 60 });

    const long = shown.split('\n').filter((line) => line.length > 60);
    expect(shown).toContain('`registry-integrity-probe verify registry.example.com/team/app:v1`');
    expect(long.every((line) => /sha256:[0-9a-f]{64}$|`registry-integrity-probe [^`]*`|^ {2}checked /.test(line))).toBe(
      true,
    );
  });

  test('says so when no registry was asked', () => {
    expect(render([])).toBe('No registry was asked.\n');
  });
});
