import { describe, expect, test } from 'vitest';

import { checkFile } from '../../src/config/check-file.ts';
import { parseConfiguration } from '../../src/config/file.ts';
import { createProblems } from '../../src/config/problem.ts';
import { withProd } from './loading.ts';

function check(text: string): readonly string[] {
  const problems = createProblems();
  checkFile(parseConfiguration(text, 'probe.yaml', problems) ?? {}, 'probe.yaml', problems);
  return problems.lines;
}

const DURATION = 'expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d';
const PUSHGATEWAY_URL =
  'expected an http or https URL without credentials, query or fragment, such as http://pushgateway.example.com:9091';
const REGISTRY_URL =
  'expected an http or https URL without credentials, query, fragment or /v2, such as https://registry.example.com';
const NAME = 'expected a name of 1 to 40 lower-case letters, digits and -, beginning and ending with neither -';
const LABEL = 'expected the name of a label: letters, digits and _, not beginning with a digit or __';

describe('checkFile', () => {
  test.each([
    ['output: xml', "output: expected text or json, got 'xml'"],
    ['dryRun: yes', "dryRun: expected true or false, got 'yes'"],
    ['logLevel: 3', 'logLevel: expected debug, info, warn or error, got 3'],
    ['deadline: 0s', `deadline: ${DURATION} (more than 0, 596h at most), got '0s'`],
    ['confirm: { delay: 5 }', `confirm.delay: ${DURATION} (596h at most), got 5`],
    ['verify: { wait: 1.5m }', `verify.wait: ${DURATION} (596h at most), got '1.5m'`],
    ['metricsFile: ""', "metricsFile: expected a path, got ''"],
    ['staleAfterSeconds: 1h', "staleAfterSeconds: expected a whole number of 1 or more, got '1h'"],
    ['findings: { maxSeries: -1 }', 'findings.maxSeries: expected a whole number of 0 or more, got -1'],
    ['findings: 5', 'findings: expected a mapping, got a number'],
    [
      'proxy: { https: "ftp://x" }',
      'proxy.https: expected the http or https URL of a proxy, or nothing, got text that is not shown',
    ],
    ['pushgateway: { url: pushgateway:9091 }', `pushgateway.url: ${PUSHGATEWAY_URL}, got 'pushgateway:9091'`],
    [
      'pushgateway: { url: "http://a:b@c.example.com" }',
      `pushgateway.url: ${PUSHGATEWAY_URL}, got 'http://***@c.example.com'`,
    ],
    ['pushgateway: { job: 5 }', 'pushgateway.job: expected text, got 5'],
    [
      'pushgateway: { password: 5 }',
      'pushgateway.password: expected text (in quotes where it looks like a number), got a number',
    ],
    [
      'pushgateway: { groupingLabels: { job: x } }',
      'pushgateway.groupingLabels.job: job, registry, shard and instance are set by the probe',
    ],
    ['pushgateway: { groupingLabels: { a-b: x } }', `pushgateway.groupingLabels.a-b: ${LABEL}`],
    ['pushgateway: { groupingLabels: { team: 7 } }', 'pushgateway.groupingLabels.team: expected text, got 7'],
    [
      'pushgateway: { groupingLabels: [team] }',
      'pushgateway.groupingLabels: expected a mapping of label names to texts, got a list',
    ],
    [
      'verify: { platforms: [linux/amd64, arm64] }',
      "verify.platforms[1]: expected os/architecture or os/architecture/variant, such as linux/arm64/v8, got 'arm64'",
    ],
    ['concurrency: 65', 'concurrency: expected auto, or a whole number from 1 to 64, got 65'],
    ['concurrency: 1.5', 'concurrency: expected auto, or a whole number from 1 to 64, got 1.5'],
    ['retries: "2"', "retries: expected a whole number from 0 to 10, got '2'"],
    ['blobCheck: none', "blobCheck: expected head, byte, tail, full or unpack, got 'none'"],
    ['tags: { match: v* }', "tags.match: expected a list of globs, got 'v*'"],
    ['tags: { match: }', 'tags.match: expected a list of globs, got nothing'],
    ['tags: { match: [ok, "[a"] }', "tags.match[1]: expected a glob, such as team/** or !team/scratch-*, got '[a'"],
    [
      'repositories: { include: [Team/App] }',
      "repositories.include[0]: expected the name of a repository, such as team/app, got 'Team/App'",
    ],
    ['repositories: { source: file }', "repositories.source: expected catalog or list, got 'file'"],
    ['registries: [a]', 'registries: expected a mapping of names to registries, got a list'],
    [
      'registries: { prod: https://registry.example.com }',
      'registries.prod: expected a mapping, got text that is not shown',
    ],
    ['registries: { Prod: { url: a.example.com } }', `registries.Prod: ${NAME}`],
    [
      'registries: { team/prod: }',
      "registries.team/prod: a registry's name cannot contain '/': it is a label of the metrics and a part of their address; use '-'",
    ],
    [
      'registries: { prod: { url: "https://a.example.com/v2/" } }',
      `registries.prod.url: ${REGISTRY_URL}, got 'https://a.example.com/v2/'`,
    ],
    [withProd('kind: proxy'), "registries.prod.kind: expected private or pull-through, got 'proxy'"],
    [withProd('expectAuth: maybe'), "registries.prod.expectAuth: expected true or false, got 'maybe'"],
    [
      withProd('hosts: [https://a.example.com]'),
      "registries.prod.hosts[0]: expected a host without a scheme or a path, such as registry.example.com:5000, got 'https://a.example.com'",
    ],
    [withProd('pageSize: 0'), 'registries.prod.pageSize: expected a whole number from 1 to 1000, got 0'],
    [withProd('auth: robot'), 'registries.prod.auth: expected a mapping, got text that is not shown'],
  ])('%j is refused', (text, problem) => {
    expect(check(text)).toEqual([`probe.yaml: ${problem}`]);
  });

  test.each([
    ['concurency: 2', 'concurency: unknown key; did you mean concurrency?'],
    ['BlobCheck: full', 'BlobCheck: unknown key; did you mean blobCheck?'],
    ['registry: {}', 'registry: unknown key; did you mean registries?'],
    ['maxSeries: 5', 'maxSeries: unknown key; did you mean findings.maxSeries?'],
    ['url: https://registry.example.com', 'url: unknown key; did you mean registries.<name>.url?'],
    ['zebra: 5', 'zebra: unknown key'],
    ['pushgateway: { labels: {} }', 'pushgateway.labels: unknown key'],
    ['pushgateway: { pasword: x }', 'pushgateway.pasword: unknown key; did you mean password?'],
    [withProd('username: robot'), 'registries.prod.username: unknown key; did you mean auth.username?'],
    [withProd('tags: { mtach: [] }'), 'registries.prod.tags.mtach: unknown key; did you mean match?'],
    [withProd('output: json'), 'registries.prod.output: unknown key'],
  ])('%j is an unknown key', (text, problem) => {
    expect(check(text)).toEqual([`probe.yaml: ${problem}`]);
  });

  test('leaves alone what is not given, because it may come from elsewhere', () => {
    expect(check('registries: { prod: }\npushgateway:\n')).toEqual([]);
  });

  test('tells every unknown key of a mapping', () => {
    expect(check('a1: 1\nb2: 2\n')).toEqual(['probe.yaml: a1: unknown key', 'probe.yaml: b2: unknown key']);
  });
});
