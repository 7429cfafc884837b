import { describe, expect, test } from 'vitest';

import { FLAGS } from '../../src/config/flags.ts';
import { TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { configurationTable } from '../../src/config/table.ts';

const rows = configurationTable()
  .split('\n')
  .filter((line) => line.startsWith('|'));

describe('configurationTable', () => {
  test.each([
    '| Setting | Environment | Flag | Default | Meaning |',
    '| `output` | `PROBE_OUTPUT` | `--output text\\|json` | `text` | How the report is written. |',
    '| `deadline` | `PROBE_DEADLINE` | `--deadline DURATION` | `13m` | When a run stops asking, confirms what it has, and delivers an incomplete result. |',
    '| `pageSize` \\* | `PROBE_PAGE_SIZE` |  | `1000` | How many names to ask for in one page of the catalog or of a tag list. |',
    '| `registries.<name>.url` | `PROBE_REGISTRIES_<NAME>_URL` |  | required | Where the registry is; without a scheme, https is meant. |',
    "| `registries.<name>.auth.passwordFile` | `PROBE_REGISTRIES_<NAME>_AUTH_PASSWORD_FILE` |  |  | A file that holds the user's password. |",
    '| `registry.name` \\*\\* | `PROBE_REGISTRY_NAME` | `--registry-name NAME` |  | Its name in reports and metrics; unset, made from its host. |',
  ])('has the row %s', (row) => {
    expect(rows).toContain(row);
  });

  test('has five cells in every row', () => {
    expect(rows.filter((row) => row.split(/(?<!\\)\|/).length !== 7)).toEqual([]);
  });

  test('names every setting of the top level once, and every flag', () => {
    const missing = TOP_LEVEL_SETTINGS.filter(
      ({ path }) => rows.filter((row) => row.startsWith(`| \`${path}\` `)).length !== 1,
    );

    expect(missing).toEqual([]);
    expect(FLAGS.filter(({ flag }) => !rows.some((row) => row.includes(`\`${flag}`)))).toEqual([]);
  });
});
