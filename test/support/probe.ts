import { runProgram } from '../../src/cli/program.ts';
import { Report, type ReportedFinding, type ReportedRegistry } from '../../src/report/schema.ts';

/** What one call of the program did. */
export interface ProbeRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON report; throws where there is none, or where it is not as the schema says. */
  report(): Report;
  /** The only registry of the report. */
  registry(): ReportedRegistry;
}

/** Settings that keep a test short without changing what is decided: shorter waits, as many rounds. */
const QUICK: Readonly<Record<string, string>> = { PROBE_CONFIRM_DELAY: '20ms', PROBE_RETRIES: '0' };

/** Calls the program as the command line does, in this process. Nothing of the real environment reaches it. */
export async function probe(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onSignal: (handler: (signal: string) => void) => () => void = () => () => {},
): Promise<ProbeRun> {
  const finish = () => Promise.resolve(null);
  let stdout = '';
  let stderr = '';
  const code = await runProgram({
    argv,
    env: { ...QUICK, ...env },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: () => 100, finish },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: () => 100, finish },
    homeDirectory: '',
    entry: new URL('../../src/main.ts', import.meta.url),
    onSignal,
  });
  const report = (): Report => Report.parse(JSON.parse(stdout));
  return {
    code,
    stdout,
    stderr,
    report,
    registry() {
      const [only, ...others] = report().registries;
      if (only === undefined || others.length > 0) throw new Error(`expected one registry in ${stdout}`);
      return only;
    },
  };
}

/** The flags for a run over one registry, with a JSON report. */
export function runFlags(url: URL, name = 'lab'): readonly string[] {
  return ['run', '--registry-url', url.origin, '--registry-name', name, '--output', 'json'];
}

/** What identifies a finding, for comparison. */
export function identity({ repository, tags, object, fault, digest, path, platforms }: ReportedFinding) {
  return { repository, tags, object, fault, digest, path, platforms };
}
