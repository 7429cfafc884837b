import { buildImage } from '../../src/demo/content.ts';
import { damageOf } from '../real/damage.ts';
import { push } from '../support/push.ts';
import { type DockerRegistry, type RegistryOptions, startRegistry } from '../support/servers/docker-registry.ts';
import { DAMAGE, type DamageRow, type Program, type Temperature, type Victim, victim } from './damage-rows.ts';

/** A row with the repository that it is done to. */
export type DamagedRow = DamageRow & { readonly victim: Victim };

/** The rows of one place, each with a repository of its own, so that one registry serves them all. */
export function rowsAt(program: Program, temperature: Temperature): readonly DamagedRow[] {
  return DAMAGE.filter(({ at }) => at.includes(temperature)).map((row, index) => ({
    ...row,
    ...(program === 'registry' ? row.on3?.[temperature] : {}),
    victim: victim(`${program}-${temperature}-${index}`),
  }));
}

/** Starts a registry, pushes what the rows need and sound siblings, and damages it. Stop it when the tests are over. */
export async function startDamaged(
  rows: readonly DamagedRow[],
  temperature: Temperature,
  options: RegistryOptions,
): Promise<DockerRegistry> {
  const registry = await startRegistry(options);
  try {
    for (const tag of ['v1', 'v2', 'v3']) {
      await push(registry.url, 'sibling', tag, buildImage({ seed: `sibling/${tag}` }));
    }
    for (const { victim: one } of rows) await push(registry.url, one.repository, 'v1', one.content);
    const storage = await damageOf(registry);
    for (const { damage, victim: one } of rows) await damage(storage, one);
    if (temperature === 'cold') await registry.restart();
    return registry;
  } catch (error) {
    await registry.stop();
    throw error;
  }
}
