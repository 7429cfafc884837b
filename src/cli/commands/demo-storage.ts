import { ConfigurationError } from '../../config/problem.ts';
import type { Settings } from '../../config/settings.ts';
import { EXPECTED_ON_DISK, writeStorageTree } from '../../demo/storage-tree.ts';
import { messageOf } from '../../util/errors.ts';
import type { Finding } from '../../walk/finding.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandDeps } from '../session.ts';
import type { Watch } from '../watch.ts';
import { scan } from './scan.ts';

/** Writes the files of a registry with damaged images, and scans them. Done when exactly what was damaged is found. */
export async function demoStorage(
  directory: string,
  settings: Settings,
  watch: Watch,
  deps: CommandDeps,
): Promise<ExitCode> {
  let isWritten = false;
  try {
    isWritten = await writeStorageTree(directory);
  } catch (error) {
    throw new ConfigurationError([`--storage: nothing can be written into ${directory}: ${messageOf(error)}`]);
  }
  if (!isWritten)
    throw new ConfigurationError([
      `--storage: expected a directory that is empty or not there; ${directory} is not empty`,
    ]);
  let isAsExpected = false;
  await scan(directory, settings, watch, deps, (findings) => {
    isAsExpected = keysOf(findings).join('\n') === keysOf(EXPECTED_ON_DISK).join('\n');
  });
  if (settings.output === 'text') {
    const verdict = isAsExpected
      ? 'Exactly what was damaged was found, and nothing else.'
      : 'That is NOT exactly what was damaged.';
    deps.io.stdout.write(`\n${verdict}\nThe files stay:\n\n  npx node src/main.ts scan ${directory}\n`);
  }
  return isAsExpected ? EXIT.done : EXIT.unknown;
}

function keysOf(findings: readonly Pick<Finding, 'repository' | 'object' | 'fault' | 'digest'>[]): readonly string[] {
  return findings
    .map(({ repository, object, fault, digest }) => `${repository} ${object}/${fault} ${digest}`)
    .toSorted();
}
