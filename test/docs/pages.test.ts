import { describe, expect, test } from 'vitest';

import { parseCommandLine } from '../../src/cli/command-line.ts';
import { CONFIG_VARIABLE, environmentName } from '../../src/config/environment.ts';
import { loadSettings } from '../../src/config/load.ts';
import { REGISTRY_SETTINGS, TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { blocksOf, linksOf, pagesInDocs } from './markdown.ts';
import { textOf } from './pipelines.ts';

/** Runbooks and decisions have forms of their own. */
const PAGES = pagesInDocs().filter((path) => !/^docs\/(?:runbooks|decisions)\//.test(path));
const TEXTS = ['README.md', ...PAGES].map(textOf);
const CONFIGURATION = textOf('docs/configuration.md');

/** Flags of other programs, each with the program. */
const FOREIGN_FLAGS: Readonly<Record<string, string>> = {
  '--create-namespace': 'helm',
  '--delete-untagged': 'registry',
  '--digest': 'regctl',
  '--disk': 'crane',
  '--expose-token': 'az',
  '--force-recursive': 'regctl',
  '--from': 'kubectl',
  '--host': 'regctl',
  '--ignore-scripts': 'npm',
  '--name': 'az',
  '--namespace': 'helm',
  '--omit': 'npm',
  '--persistence.file': 'prometheus-pushgateway',
  '--query': 'az',
  '--region': 'aws',
  '--set': 'helm',
  '--show-only': 'helm',
  '--silent': 'npm',
  '--tag': 'docker',
  '--values': 'helm',
};

/** The command lines of our own program in a text, split into arguments. */
function commandsOf(markdown: string): readonly (readonly string[])[] {
  const calls = [...markdown.matchAll(/(?:\.bin\/node|npx node) \S*src\/main\.ts (.+)$/gm)];
  return calls.map((match) => (match[1] ?? '').trim().split(/\s+/));
}

/** Every flag that the help of a command offers. */
const OFFERED = [
  ...new Set(
    ['run', 'verify', 'scan', 'forget', 'demo'].flatMap((command) => {
      const parsed = parseCommandLine([command, '--help']);
      return parsed.kind === 'text' ? flagsIn(parsed.text) : [];
    }),
  ),
];

function flagsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*(?:\.[a-z]+)?/g)].map(([flag]) => flag))];
}

describe('the pages', () => {
  test('are all in the list of the README', () => {
    const linked = linksOf(textOf('README.md'));

    expect(PAGES.length).toBeGreaterThan(5);
    expect(PAGES.filter((page) => !linked.includes(page))).toEqual([]);
  });

  test.each(PAGES)('%s begins by saying who needs it', (page) => {
    expect(textOf(page)).toMatch(/^# .+\n\nFor whoever /);
  });

  test('every command of ours in them is one that the program takes', () => {
    const commands = TEXTS.flatMap(commandsOf);
    const parsed = commands.map((argv) => [argv.join(' '), parseCommandLine(argv).kind]);

    expect(new Set(commands.map(([command]) => command))).toEqual(new Set(['run', 'verify', 'scan', 'forget']));
    expect(parsed.filter(([, kind]) => kind !== 'typed')).toEqual([]);
  });

  test('every flag in them is in the help', () => {
    const named = TEXTS.flatMap(flagsIn).filter((flag) => FOREIGN_FLAGS[flag] === undefined);

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((flag) => !OFFERED.includes(flag))).toEqual([]);
  });

  test('every variable in them is one that the environment may give', () => {
    const ofOne = REGISTRY_SETTINGS.map(({ path }) => environmentName(path).replace('PROBE_', ''));
    const known = [
      CONFIG_VARIABLE,
      ...TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path)),
      ...ofOne.map((name) => `PROBE_REGISTRIES_<NAME>_${name}`),
      // The note below the table, which stands for all of the last kind.
      'PROBE_REGISTRIES_<NAME>_',
    ];
    const named = TEXTS.flatMap((text) => [...text.matchAll(/PROBE_[A-Z0-9_<>]+/g)].map(([name]) => name));

    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the page of the configuration', () => {
  test('has every flag of the help that gives a setting', () => {
    const others = ['--help', '--keep'];
    const named = flagsIn(CONFIGURATION);

    expect(OFFERED.filter((flag) => !others.includes(flag) && !named.includes(flag))).toEqual([]);
  });

  test('every config file in it is accepted', async () => {
    const files = blocksOf(CONFIGURATION, 'yaml');
    const contents: Readonly<Record<string, string>> = {
      '/run/secrets/registry-password': 'secret\n',
      '/etc/ssl/private-ca.pem': '-----BEGIN CERTIFICATE-----',
    };
    const load = (file: string) => {
      const readFileOf = (path: string) => Promise.resolve(path === 'registries.yaml' ? file : (contents[path] ?? ''));
      return loadSettings({ flags: {}, env: {}, configPath: 'registries.yaml', readFile: readFileOf, command: 'run' });
    };

    const loaded = await Promise.all(files.map(load));

    expect(loaded.map(({ settings }) => settings.registries.map(({ name }) => name))).toEqual([['mirror', 'prod']]);
    expect(loaded.flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});
