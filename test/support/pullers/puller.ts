import { execFile } from 'node:child_process';

/** The real programs that pull, as the tests name them. */
export const PULLERS = ['containerd 2', 'containerd 1', 'docker', 'skopeo', 'crane'] as const;
export type PullerName = (typeof PULLERS)[number];

/** How a pull ended, and what the program said last. */
export interface Pulled {
  readonly ok: boolean;
  readonly said: string;
}

/** Something that pulls from a plain HTTP registry on 127.0.0.1, each time as if it had never pulled before. */
export interface Puller {
  readonly name: PullerName;
  /** Pulls `HOST/NAME:TAG` or `HOST/NAME@DIGEST`; an index with everything in it, where the program can do that. */
  pull(reference: string): Promise<Pulled>;
  stop(): Promise<void>;
}

/** A pull that hangs is a pull that fails. */
const PATIENCE_MS = 60_000;

/** Runs a program to its end, and takes its exit code as the verdict. */
export function attempt(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Pulled> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, timeout: PATIENCE_MS, maxBuffer: 1 << 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '';
      resolve({ ok: error === null, said: said === '' ? (error?.message ?? '') : said });
    });
  });
}
