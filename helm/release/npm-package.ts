import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import * as z from 'zod';

import { ReleaseProblem } from './problem.ts';

const Manifest = z.looseObject({ files: z.array(z.string()).min(1) });

/** Beside what the manifest names, as npm does it by itself. */
const ALWAYS = ['README.md', 'LICENSE'];

/** What only a checkout has use for. All that the program is built of is in the bundle, so that nothing is installed with it. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'private',
  'scripts',
  'dependencies',
  'devDependencies',
  'allowScripts',
]);

/**
 * The manifest as it is published, from that of the checkout. It names the repository, which npm holds against the
 * workflow that says where a package was built; throws a ReleaseProblem where that is none of GitHub's form.
 */
export function publishedManifest(packageJson: string, repository: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new ReleaseProblem(`${JSON.stringify(repository)} is no repository such as owner/name`);
  }
  manifestOf(packageJson);
  const all = JSON.parse(packageJson) as Readonly<Record<string, unknown>>;
  const kept = Object.entries(all).filter(([key]) => !LEFT_OUT.has(key));
  const named = { repository: { type: 'git', url: `git+https://github.com/${repository}.git` } };
  return `${JSON.stringify({ ...Object.fromEntries(kept), ...named }, null, 2)}\n`;
}

/** Puts what is published into a folder: the built program, the README, the licence and the manifest. */
export async function stagePackage(
  project: string,
  folder: string,
  { packageJson, repository }: { readonly packageJson: string; readonly repository: string },
): Promise<void> {
  const manifest = publishedManifest(packageJson, repository);
  await rm(folder, { recursive: true, force: true });
  for (const path of [...manifestOf(packageJson).files, ...ALWAYS]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(project, path), join(folder, path), { recursive: true });
  }
  await writeFile(join(folder, 'package.json'), manifest);
}

function manifestOf(packageJson: string): z.infer<typeof Manifest> {
  const read = Manifest.safeParse(JSON.parse(packageJson));
  if (!read.success) throw new ReleaseProblem('package.json does not say which files it publishes');
  return read.data;
}
