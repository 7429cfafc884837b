import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseCommandLine } from '../../src/cli/command-line.ts';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { CONFIG_VARIABLE, environmentName } from '../../src/config/environment.ts';
import { loadSettings } from '../../src/config/load.ts';
import { REGISTRY_SETTINGS, TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MARKDOWN = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inDocs()];
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Flags of other programs, each with the program. */
const FOREIGN_FLAGS: Readonly<Record<string, string>> = {
  '--from': 'kubectl',
  '--namespace': 'helm',
  '--persistence.file': 'prometheus-pushgateway',
  '--set': 'helm',
  '--show-only': 'helm',
  '--silent': 'npm',
  '--values': 'helm',
};

function inDocs(): readonly string[] {
  const files = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md')).map((file) => join('docs', file));
}

/** The targets of all links that lead to a file or a heading of ours. */
function linksOf(markdown: string): readonly string[] {
  const targets = [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The names under which the headings can be linked to, as GitHub makes them. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '`');
}

/** Why a link leads nowhere; null for one that is sound. */
function brokenLink(from: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, from) : resolve(ROOT, dirname(from), path);
  if (relative(ROOT, file).startsWith('..') || !existsSync(file)) return `${from}: no file ${target}`;
  if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)) return null;
  return `${from}: no heading ${target}`;
}

/** The command lines of our own program in a text, split into arguments. */
function commandsOf(markdown: string): readonly (readonly string[])[] {
  const calls = [...markdown.matchAll(/(?:\.bin\/node|npx node) \S*src\/main\.ts (.+)$/gm)];
  return calls.map((match) => (match[1] ?? '').trim().split(/\s+/));
}

function helpOf(command: string): string {
  const parsed = parseCommandLine([command, '--help']);
  return parsed.kind === 'text' ? parsed.text : '';
}

describe('the documentation', () => {
  test('every link leads to a file or a heading that is there', () => {
    const broken = MARKDOWN.flatMap((file) =>
      linksOf(readFileSync(join(ROOT, file), 'utf8')).map((target) => brokenLink(file, target)),
    );

    expect(broken.length).toBeGreaterThan(20);
    expect(broken.filter((problem) => problem !== null)).toEqual([]);
  });

  test.each([
    ['docs/nowhere.md', 'README.md: no file docs/nowhere.md'],
    ['../elsewhere.md', 'README.md: no file ../elsewhere.md'],
    ['CONTRIBUTING.md#nothing-of-that-name', 'README.md: no heading CONTRIBUTING.md#nothing-of-that-name'],
    ['CONTRIBUTING.md#the-plan-of-the-house', null],
    ['#exit-codes', null],
  ])('a link to %s: %s', (target, problem) => {
    expect(brokenLink('README.md', target)).toBe(problem);
  });

  test('every decision is numbered, once', () => {
    const numbers = MARKDOWN.flatMap((file) => /decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1] ?? []).toSorted();

    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')));
  });
});

describe('the README', () => {
  test('every command of ours in it is one that the program takes', () => {
    const commands = commandsOf(README);
    const parsed = commands.map((argv) => [argv.join(' '), parseCommandLine(argv).kind]);

    expect(new Set(commands.map(([command]) => command))).toEqual(new Set(['run', 'verify']));
    expect(parsed.filter(([, kind]) => kind !== 'typed')).toEqual([]);
  });

  test('every flag in it is in the help, and every flag of the help is in it', () => {
    const help = ['run', 'verify', 'demo'].map(helpOf).join('\n');
    const offered = flagsIn(help);
    const named = flagsIn(README).filter((flag) => FOREIGN_FLAGS[flag] === undefined);

    expect(named.filter((flag) => !offered.includes(flag))).toEqual([]);
    expect(offered.filter((flag) => flag !== '--help' && !named.includes(flag))).toEqual([]);
  });

  test('every variable in it is one that the environment may give', () => {
    const ofOne = REGISTRY_SETTINGS.map(({ path }) => environmentName(path).replace('PROBE_', ''));
    const known = [
      CONFIG_VARIABLE,
      ...TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path)),
      ...ofOne.map((name) => `PROBE_REGISTRIES_<NAME>_${name}`),
      // The note below the table, which stands for all of the last kind.
      'PROBE_REGISTRIES_<NAME>_',
    ];
    const named = [...README.matchAll(/PROBE_[A-Z0-9_<>]+/g)].map(([name]) => name);

    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('every config file in it is accepted', async () => {
    const files = [...README.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
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

  test('every exit code has a row', () => {
    expect(EXIT_CODE_MEANINGS.filter(([code]) => !new RegExp(`^\\| ${code} +\\| `, 'm').test(README))).toEqual([]);
  });
});

function flagsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*(?:\.[a-z]+)?/g)].map(([flag]) => flag))];
}
