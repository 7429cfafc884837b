import type { Settings } from '../config/settings.ts';
import { groupLabels } from '../metrics/grouping.ts';
import type { ReportedRegistry } from '../report/schema.ts';
import { EXIT, worstOf, type ExitCode } from './exit-codes.ts';
import { openGateway } from './gateway.ts';
import type { CommandDeps } from './session.ts';

/** Not asked for by any rule, under a job that none knows. */
const TEST_PUSH = '# TYPE registry_integrity_test gauge\nregistry_integrity_test 1\n';

/**
 * Says of each registry whether its catalog could be listed, and that this is all that is known: nothing was walked. Then
 * the Pushgateway, where there is one, is sent a push for each, which is taken back.
 */
export async function checkAccess(
  settings: Settings,
  reports: readonly ReportedRegistry[],
  deps: CommandDeps,
  giveUp: AbortSignal,
): Promise<ExitCode> {
  const { stdout } = deps.io;
  for (const report of reports) stdout.write(`${report.name} (${report.url}): ${accessOf(report)}\n`);
  const isListed = reports.every(({ complete }) => complete);
  const failures = await pushAndTakeBack(settings, deps, giveUp);
  if (settings.pushgateway.url !== null) {
    const told = failures.length === 0 ? ['takes a push, and takes it back'] : failures;
    for (const line of told) stdout.write(`Pushgateway: ${line}\n`);
  }
  return worstOf([isListed ? EXIT.done : EXIT.unknown, failures.length === 0 ? EXIT.done : EXIT.undelivered]);
}

function accessOf({ complete, unknowns }: ReportedRegistry): string {
  if (complete) return 'its catalog can be listed; no image was looked at';
  const [first] = unknowns;
  return first === undefined
    ? 'its catalog cannot be listed'
    : `it could not be told: ${first.reason}, ${first.detail}`;
}

async function pushAndTakeBack(
  { pushgateway, registries }: Settings,
  deps: CommandDeps,
  giveUp: AbortSignal,
): Promise<readonly string[]> {
  if (pushgateway.url === null) return [];
  const job = `${pushgateway.job}-test`;
  const gateway = openGateway(pushgateway.url, { ...pushgateway, job }, deps);
  try {
    const failures: string[] = [];
    for (const { name: registry } of registries) {
      const pushed = await gateway.push(registry, null, TEST_PUSH, 'replace', giveUp);
      const labels = groupLabels({ job, groupingLabels: pushgateway.groupingLabels, registry, shard: null });
      const removed = await gateway.remove({ labels, pushedAt: null }, giveUp);
      failures.push(...[pushed, removed].flatMap((one) => (one.kind === 'failed' ? [one.detail] : [])));
    }
    return failures;
  } finally {
    await gateway.close();
  }
}
