import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { chartDefaults } from '../generate/defaults.ts';
import { changesOf, sectionOf } from './changelog.ts';
import { stagePackage } from './npm-package.ts';
import { ReleaseProblem } from './problem.ts';
import { stampChart } from './stamp.ts';
import { checkFiles, versionOfTag } from './version.ts';

const USAGE =
  'usage: release.ts check|notes|stamp|package TAG [--repository OWNER/NAME --digest DIGEST] [--project FOLDER]';
/** As the probe itself: nothing was done. */
const EXIT_USAGE = 2;

/** What was typed. */
interface Typed {
  readonly command: string;
  readonly tag: string;
  readonly project: string;
  readonly repository: string;
  readonly digest: string;
}

/** The parts of the release workflow that are more than a call of another program. */
async function release({ command, tag, project, repository, digest }: Typed): Promise<void> {
  const version = versionOfTag(tag);
  const chartFolder = join(project, 'helm/registry-integrity-probe');
  const chartFile = join(chartFolder, 'Chart.yaml');
  const valuesFile = join(chartFolder, 'values.yaml');
  const chart = await readFile(chartFile, 'utf8');
  const changelog = await readFile(join(project, 'CHANGELOG.md'), 'utf8');
  const notes = sectionOf(changelog, version)?.text ?? '';

  if (command === 'check') {
    checkFiles(version, { packageJson: await readFile(join(project, 'package.json'), 'utf8'), chart, changelog });
  } else if (command === 'notes') {
    process.stdout.write(`${notes}\n`);
  } else if (command === 'stamp') {
    const values = await readFile(valuesFile, 'utf8');
    const stamped = stampChart({ chart, values }, { version, repository, digest, changes: changesOf(notes) });
    await writeFile(chartFile, stamped.chart);
    await writeFile(valuesFile, stamped.values);
    await writeFile(join(chartFolder, 'files/defaults.yaml'), chartDefaults(pathToFileURL(`${chartFolder}/`)));
  } else if (command === 'package') {
    const packageJson = await readFile(join(project, 'package.json'), 'utf8');
    await stagePackage(project, join(project, 'dist/npm'), { packageJson, repository });
  } else {
    throw new ReleaseProblem(USAGE);
  }
}

function read(args: readonly string[]): Typed {
  const text = { type: 'string' } as const;
  try {
    const options = { project: text, repository: text, digest: text };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [command, tag, ...more] = positionals;
    if (command === undefined || tag === undefined || more.length > 0) throw new ReleaseProblem(USAGE);
    return { command, tag, project: '.', repository: '', digest: '', ...values };
  } catch (error) {
    throw error instanceof TypeError ? new ReleaseProblem(`${error.message}; ${USAGE}`) : error;
  }
}

try {
  await release(read(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ReleaseProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
}
