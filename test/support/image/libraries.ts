import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The files that a program is linked with, the loader among them, by the path under which it looks for them. */
export async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await execute('ldd', [program]);
  return parseLdd(stdout);
}

/** Takes the paths out of what `ldd` prints; what the kernel provides has none. */
export function parseLdd(printed: string): readonly string[] {
  return printed.split('\n').flatMap((line) => /(?:^|\s)(\/\S+) \(0x[0-9a-f]+\)$/.exec(line)?.[1] ?? []);
}
